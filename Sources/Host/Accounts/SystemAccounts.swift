internal import ByteText
internal import Linux

/// Users and groups with fixed numbers that snaps share (`system-usernames`). They are made once and never removed:
/// files of theirs may be anywhere. Source of numbers: `spec/features.md` §4.
///
/// Adding is left to the distribution's programs, which know its files; where they do not exist, or below another root,
/// the files are written here (``AccountFiles``).
public struct SystemAccounts: Sendable {
  private let directories: Directories
  private let tools: (group: String, user: String)?

  /// - Parameter usesPrograms: false to write the files even where the distribution has programs for it.
  public init(directories: Directories, usesPrograms: Bool = true) {
    self.directories = directories
    tools = directories.prefix.isEmpty && usesPrograms ? Self.findPrograms() : nil
  }

  private static func findPrograms() -> (group: String, user: String)? {
    func find(_ name: String) -> String? {
      ["/usr/sbin/", "/sbin/", "/usr/bin/"].map { $0 + name }
        .first { ((try? Files.status($0)) ?? nil)?.kind == .regular }
    }
    guard let group = find("groupadd"), let user = find("useradd") else { return nil }
    return (group, user)
  }

  /// Accounts as they are: the machine's with whatever its name services know, or another root's files.
  private var database: UserDatabase {
    if directories.prefix.isEmpty { return .system }
    return UserDatabase(
      passwdFile: directories.prefix + "/etc/passwd", groupFile: directories.prefix + "/etc/group")
  }

  /// Finds out whether a user and a group of one name have one number, and whether they could be made so.
  ///
  /// - Returns: whether both exist.
  /// - Throws: ``AccountError`` in the reference's words, where somebody else has name or number.
  @discardableResult
  public func check(_ name: String, number: UInt32) throws -> Bool {
    guard Self.isValid(name) else { throw AccountError.name(name) }
    let database = database
    let user = try database.user(named: name)
    let group = try database.group(named: name)
    switch (user, group) {
    case (let user?, let group?):
      guard user.uid == number else { throw AccountError.user(name, user.uid) }
      guard group.gid == number else { throw AccountError.group(name, group.gid) }
      return true
    case (nil, _?): throw AccountError.noUser(name)
    case (_?, nil): throw AccountError.noGroup(name)
    case (nil, nil):
      if try database.group(gid: number) != nil {
        throw AccountError.program("groupadd", "groupadd: GID '\(number)' already exists")
      }
      if try database.user(uid: number) != nil {
        throw AccountError.program("useradd", "useradd: UID \(number) is not unique")
      }
      return false
    }
  }

  /// Makes a user and a group of one name and number, unless they exist.
  public func ensure(_ name: String, number: UInt32) throws {
    if try check(name, number: number) { return }
    guard let tools else { return try AccountFiles(root: directories.prefix).add(name, number: number) }
    try run([tools.group, "--system", "--gid", "\(number)", name])
    do {
      try run([
        tools.user, "--system", "--home-dir", "/nonexistent", "--no-create-home", "--shell", "/bin/false", "--gid",
        "\(number)", "--no-user-group", "--uid", "\(number)", name,
      ])
    } catch {
      // A group without its user would be in the way of the next attempt.
      try run([String(tools.group.dropLast("groupadd".utf8.count)) + "groupdel", name])
      throw error
    }
  }

  private func run(_ command: [String]) throws {
    let result = try ChildProcess.run(command, timeout: .seconds(60))
    guard result.status == .exited(0) else {
      let output = String(decoding: (result.errorOutput + result.output).prefix(1024), as: UTF8.self)
      let program = command.first?.byteSplit("/").last.map(String.init) ?? ""
      throw AccountError.program(program, output.byteSplit("\n").first.map(String.init) ?? "\(result.status)")
    }
  }

  /// What the distribution's programs take, and what is no option or field of another kind.
  private static func isValid(_ name: String) -> Bool {
    guard let first = name.utf8.first, name.utf8.count <= 32, first != UInt8(ascii: "-") else { return false }
    return name.utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"),
        UInt8(ascii: "-"):
        true
      default: false
      }
    }
  }
}

/// Why a user and group are not as they have to be; the reference's words.
public enum AccountError: Error, Equatable, Sendable, CustomStringConvertible {
  case name(String)
  case user(String, UInt32)
  case group(String, UInt32)
  case noUser(String)
  case noGroup(String)
  case program(String, String)
  case busy(String)

  public var description: String {
    switch self {
    case .name(let name): "cannot add user/group \"\(printable(name))\": name contains invalid characters"
    case .user(let name, let number): "found unexpected uid for user \"\(name)\": \(number)"
    case .group(let name, let number): "found unexpected gid for group \"\(name)\": \(number)"
    case .noUser(let name): "cannot add user/group \"\(name)\": group exists and user does not"
    case .noGroup(let name): "cannot add user/group \"\(name)\": user exists and group does not"
    case .program(let program, let output): "\(program) failed with: \(output)"
    case .busy(let path): "cannot lock \(path): another program has had it for too long"
    }
  }

  private func printable(_ text: String) -> String {
    String(decoding: text.utf8.prefix(64).map { (0x20...0x7e).contains($0) ? $0 : UInt8(ascii: "?") }, as: UTF8.self)
  }
}
