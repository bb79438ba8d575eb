import Glibc

/// Writes to standard output; a reader that went away or a full disk ends the program.
func emit(_ bytes: [UInt8]) {
  var rest = bytes[...]
  while !rest.isEmpty {
    let written = rest.withUnsafeBytes { write(STDOUT_FILENO, $0.baseAddress, $0.count) }
    if written < 0, errno == EINTR { continue }
    guard written > 0 else {
      complain("error: cannot write to standard output: \(String(cString: strerror(errno)))")
      exit(1)
    }
    rest = rest.dropFirst(written)
  }
}

/// Writes a line to standard error.
func complain(_ text: String) {
  let line = Array("\(text)\n".utf8)
  _ = line.withUnsafeBytes { write(STDERR_FILENO, $0.baseAddress, $0.count) }
}
