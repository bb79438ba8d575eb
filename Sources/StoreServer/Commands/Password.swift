internal import Glibc
internal import Linux

/// Passwords as they are given to commands: never among their arguments, which everybody on the machine can read.
enum Password {
  private static let limit = 4096

  /// - Parameter file: `-` is standard input; nil asks on the terminal.
  static func read(_ file: String?) throws -> String {
    let bytes: [UInt8]
    if let file {
      bytes = try OwnedFD.open(file == "-" ? "/dev/stdin" : file, O_RDONLY | O_CLOEXEC).readAll(
        limit: limit, path: file == "-" ? "standard input" : file)
    } else {
      guard isatty(STDIN_FILENO) == 1 else {
        throw CommandFailure("cannot ask for a password: there is no terminal (see --password-file)")
      }
      bytes = try ask()
    }
    let line = bytes.prefix { $0 != UInt8(ascii: "\n") && $0 != UInt8(ascii: "\r") }
    guard let text = String(validating: line, as: UTF8.self), line.count >= 8 else {
      throw CommandFailure("cannot use that password: at least 8 characters are needed")
    }
    return text
  }

  /// Without showing what is typed.
  private static func ask() throws -> [UInt8] {
    StoreProgram.emit("Password: ", STDERR_FILENO)
    var before = termios()
    tcgetattr(STDIN_FILENO, &before)
    var hidden = before
    hidden.c_lflag &= ~tcflag_t(ECHO)
    tcsetattr(STDIN_FILENO, TCSAFLUSH, &hidden)
    defer {
      tcsetattr(STDIN_FILENO, TCSAFLUSH, &before)
      StoreProgram.emit("\n", STDERR_FILENO)
    }
    var room = [UInt8](repeating: 0, count: limit)
    let count = Glibc.read(STDIN_FILENO, &room, room.count)
    guard count >= 0 else { throw SyscallError("read password", errno: errno) }
    return Array(room.prefix(count))
  }
}
