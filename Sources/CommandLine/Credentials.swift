import API
import ByteText
import Glibc
import Linux

/// Who is logged in to a store, as the client keeps it: `~/.snap/auth.json`, for its owner alone.
/// Source: `spec/assertions-and-store.md` §6 ("Auth location").
struct Credentials {
  /// The file.
  private let path: String
  /// Whose it is, when that is not the user who runs this: with sudo it is the person's, not root's.
  private let owner: (user: UInt32, group: UInt32)?

  /// Largest file looked at, in bytes.
  private static let limit = 1 << 18

  /// - Returns: `nil` for a user without a home.
  init?(environment: (String) -> String?, userID: UInt32) {
    if let path = environment("SNAPD_AUTH_DATA_FILENAME"), path.hasBytePrefix("/") {
      (self.path, owner) = (path, nil)
      return
    }
    if userID == 0, let name = environment("SUDO_USER"), name != "root",
      let user = try? UserDatabase.user(named: name), user.home.hasBytePrefix("/")
    {
      path = user.home + "/.snap/auth.json"
      owner = (user.uid, user.gid)
      return
    }
    guard let home = environment("HOME"), home.hasBytePrefix("/") else { return nil }
    (path, owner) = (home + "/.snap/auth.json", nil)
  }

  /// Who is logged in, if anybody.
  func read() throws(Failure) -> UserJSON? {
    guard let bytes = asOwner({ SmallFile.read(path, limit: Self.limit) }) else { return nil }
    guard let user = try? WireJSON.decode(UserJSON.self, from: bytes) else {
      throw Failure("cannot decode \(path): it is no log-in")
    }
    return user
  }

  /// What goes into `Authorization`.
  var header: String? {
    guard let user = (try? read()) ?? nil, !user.macaroon.isEmpty else { return nil }
    let parts = ["Macaroon root=\"\(user.macaroon)\""] + user.discharges.map { "discharge=\"\($0)\"" }
    let text = parts.joined(separator: ", ")
    // What was put into the file by hand may not become another header.
    return text.utf8.contains { $0 < 32 || $0 == 127 } ? nil : text
  }

  func write(_ user: UserJSON) throws {
    let bytes = try WireJSON.encode(user)
    try asOwner {
      guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return }
      let directory = String(path[..<slash])
      if !directory.isEmpty, mkdir(directory, 0o700) != 0, errno != EEXIST {
        throw Failure("cannot create \(directory): \(String(cString: strerror(errno)))")
      }
      try SmallFile.write(bytes, to: path, mode: 0o600)
    }
  }

  func remove() throws(Failure) {
    let code = asOwner { unlink(path) == 0 ? 0 : errno }
    if code != 0, code != ENOENT { throw Failure("cannot remove \(path): \(String(cString: strerror(code)))") }
  }

  /// Does something with the rights of whose home it is in: a person may have put a link there.
  private func asOwner<Result, Problem: Error>(_ body: () throws(Problem) -> Result) throws(Problem) -> Result {
    guard let owner else { return try body() }
    let (user, group) = (geteuid(), getegid())
    _ = setegid(owner.group)
    _ = seteuid(owner.user)
    defer {
      _ = seteuid(user)
      _ = setegid(group)
    }
    return try body()
  }
}

/// What a person types.
enum Typing {
  /// A line of standard input, without its end.
  ///
  /// - Parameter isSecret: whether it is not shown meanwhile.
  /// - Throws: `Failure` at the end of the input.
  static func line(isSecret: Bool = false) throws(Failure) -> String {
    var before = termios()
    let hides = isSecret && tcgetattr(0, &before) == 0
    if hides {
      var silent = before
      silent.c_lflag &= ~tcflag_t(ECHO)
      silent.c_lflag |= tcflag_t(ECHONL)
      tcsetattr(0, TCSAFLUSH, &silent)
    }
    defer {
      if hides {
        var before = before
        tcsetattr(0, TCSAFLUSH, &before)
      }
    }
    var bytes: [UInt8] = []
    while true {
      var byte: UInt8 = 0
      let count = Glibc.read(0, &byte, 1)
      if count < 0, errno == EINTR { continue }
      if count <= 0 {
        if bytes.isEmpty { throw Failure("EOF") }
        break
      }
      if byte == UInt8(ascii: "\n") { break }
      bytes.append(byte)
      if bytes.count > 4096 { throw Failure("line is too long") }
    }
    if bytes.last == UInt8(ascii: "\r") { bytes.removeLast() }
    return String(decoding: bytes, as: UTF8.self)
  }
}
