import Glibc

// The helper of `snap-cli`, which is static and has no libcrypto: the user's keys, and signing with them. It needs no
// privilege.
//
//   snap-keys create NAME | delete NAME | list | export NAME [ACCOUNT]
//   snap-keys sign NAME FILE|- [--update-timestamp]
//   snap-keys sign-build NAME FILE DEVELOPER-ID SNAP-ID GRADE
//   snap-keys digest FILE
//
// `digest` prints the SHA3-384 of a file, hexadecimal. `list` prints a key a line, its id and its name. Exit code 1 is what cannot be done, 64 a wrong call.

/// Writes all of it; a reader that went away or a full disk ends the program.
func emit(_ bytes: [UInt8], _ descriptor: Int32) {
  var rest = bytes[...]
  while !rest.isEmpty {
    let written = rest.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
    if written < 0, errno == EINTR { continue }
    guard written > 0 else { exit(1) }
    rest = rest.dropFirst(written)
  }
}

guard let command = KeyCommand(Array(CommandLine.arguments.dropFirst())) else {
  emit(Array("error: usage: snap-keys create|delete|list|export|sign|sign-build|digest …\n".utf8), STDERR_FILENO)
  exit(64)
}
do {
  emit(try command.run(), STDOUT_FILENO)
} catch {
  emit(Array("error: \(error)\n".utf8), STDERR_FILENO)
  exit(1)
}
