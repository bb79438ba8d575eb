internal import ByteText

/// A user account, as passwd(5) has it.
public struct User: Equatable, Sendable {
  public var name: String
  public var uid: UInt32
  public var gid: UInt32
  /// The full name field.
  public var comment: String
  /// The home directory, as the database has it; it need not exist.
  public var home: String
  /// The login shell; empty means `/bin/sh`.
  public var shell: String
}

/// A group of users, as group(5) has it.
public struct UserGroup: Equatable, Sendable {
  public var name: String
  public var gid: UInt32
  /// Names of the users for whom it is a supplementary group.
  public var members: [String]
}

/// Users and groups: the files first, then whatever else the host has (LDAP, systemd) through `getent`.
///
/// The C library's own look-up loads plug-ins at run time, which a static program must not; so the files are read here.
public struct UserDatabase: Sendable {
  /// The machine's own.
  public static let system = UserDatabase(
    passwdFile: "/etc/passwd", groupFile: "/etc/group", getent: "/usr/bin/getent")

  let passwdFile: String
  let groupFile: String
  let getent: String?

  /// - Parameter getent: the program to ask when the files don't have an entry; nil for none.
  public init(passwdFile: String, groupFile: String, getent: String? = nil) {
    self.passwdFile = passwdFile
    self.groupFile = groupFile
    self.getent = getent
  }

  /// The user with the number, or nil.
  public static func user(uid: UInt32) throws(SyscallError) -> User? { try system.user(uid: uid) }
  /// The user with the name, or nil.
  public static func user(named name: String) throws(SyscallError) -> User? { try system.user(named: name) }
  /// The group with the number, or nil.
  public static func group(gid: UInt32) throws(SyscallError) -> UserGroup? { try system.group(gid: gid) }
  /// The group with the name, or nil.
  public static func group(named name: String) throws(SyscallError) -> UserGroup? { try system.group(named: name) }

  /// The user with the number, or nil.
  public func user(uid: UInt32) throws(SyscallError) -> User? {
    for line in try lines(passwdFile) { if let user = Self.user(line: line), user.uid == uid { return user } }
    return ask("passwd", "\(uid)").flatMap(Self.user(line:)).flatMap { $0.uid == uid ? $0 : nil }
  }

  /// The user with the name, or nil.
  public func user(named name: String) throws(SyscallError) -> User? {
    for line in try lines(passwdFile) {
      if let user = Self.user(line: line), user.name.hasSameBytes(as: name) { return user }
    }
    return ask("passwd", name).flatMap(Self.user(line:)).flatMap { $0.name.hasSameBytes(as: name) ? $0 : nil }
  }

  /// The group with the number, or nil.
  public func group(gid: UInt32) throws(SyscallError) -> UserGroup? {
    if let group = try groups().first(where: { $0.gid == gid }) { return group }
    return ask("group", "\(gid)").flatMap(Self.group(line:)).flatMap { $0.gid == gid ? $0 : nil }
  }

  /// The group with the name, or nil.
  public func group(named name: String) throws(SyscallError) -> UserGroup? {
    if let group = try groups().first(where: { $0.name.hasSameBytes(as: name) }) { return group }
    return ask("group", name).flatMap(Self.group(line:)).flatMap { $0.name.hasSameBytes(as: name) ? $0 : nil }
  }

  /// Every user of the file.
  public func users() throws(SyscallError) -> [User] { try lines(passwdFile).compactMap(Self.user(line:)) }

  /// Every group of the file.
  public func groups() throws(SyscallError) -> [UserGroup] { try lines(groupFile).compactMap(Self.group(line:)) }

  private func lines(_ path: String) throws(SyscallError) -> [Substring] {
    do throws(SyscallError) {
      return String(decoding: try Files.read(path, limit: 64 << 20), as: UTF8.self).byteSplit("\n")
    } catch {
      if error.errno == 2 { return [] }  // ENOENT: a minimal system has no users but those getent knows
      throw error
    }
  }

  static func user(line: Substring) -> User? {
    let fields = line.byteSplit(":", keepingEmpty: true)
    guard fields.count == 7, !fields[0].isEmpty, !line.hasBytePrefix("#"), !line.hasBytePrefix("+"),
      let uid = UInt32(fields[2]), let gid = UInt32(fields[3])
    else { return nil }
    return User(
      name: String(fields[0]), uid: uid, gid: gid, comment: String(fields[4]), home: String(fields[5]),
      shell: String(fields[6]))
  }

  static func group(line: Substring) -> UserGroup? {
    let fields = line.byteSplit(":", keepingEmpty: true)
    guard fields.count == 4, !fields[0].isEmpty, !line.hasBytePrefix("#"), !line.hasBytePrefix("+"),
      let gid = UInt32(fields[2])
    else { return nil }
    return UserGroup(name: String(fields[0]), gid: gid, members: fields[3].byteSplit(",").map(String.init))
  }

  /// One answer of `getent`; a name service that is slow or broken counts as "not known".
  private func ask(_ database: String, _ key: String) -> Substring? {
    guard let getent, !key.isEmpty, !key.hasBytePrefix("-"), !key.utf8.contains(0) else { return nil }
    let result = try? ChildProcess.run([getent, database, key], captureLimit: 1 << 20, timeout: .seconds(10))
    guard let result, result.status == .exited(0) else { return nil }
    return String(decoding: result.output, as: UTF8.self).byteSplit("\n").first
  }
}
