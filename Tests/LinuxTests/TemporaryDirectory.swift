import Linux

/// Runs a test in a directory of its own and removes it, with the mounts beneath it.
func withTemporaryDirectory<T>(_ body: (String) throws -> T) throws -> T {
  let path = "/tmp/linux-tests-\(String(UInt64.random(in: .min ... .max), radix: 36))"
  try Files.makeDirectories(path, mode: 0o755)
  defer {
    for entry in ((try? Mounts.table()) ?? []).reversed() where entry.mountPoint.hasPrefix(path + "/") {
      try? Mounts.unmount(entry.mountPoint, lazy: true)
    }
    try? Files.removeTree(path)
  }
  return try body(path)
}

/// Runs a shell script and returns what it printed.
@discardableResult
func shell(_ script: String) throws -> String {
  let result = try ChildProcess.run(["/bin/bash", "-euc", script], timeout: .seconds(60))
  guard result.status == .exited(0) else {
    throw ShellError(text: String(decoding: result.errorOutput, as: UTF8.self))
  }
  return String(decoding: result.output, as: UTF8.self)
}

struct ShellError: Error { var text: String }

/// The errno a call fails with, 0 when it doesn't.
func failure(_ body: () throws -> Void) -> Int32 {
  do {
    try body()
    return 0
  } catch let error as SyscallError {
    return error.errno
  } catch {
    return -1
  }
}
