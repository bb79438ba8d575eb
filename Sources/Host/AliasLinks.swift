internal import ByteText
internal import Glibc
internal import Linux

/// Aliases on `PATH`: symbolic links in `/snap/bin` to the name of a command in the same directory. `snap run` reads
/// from the link what to run. Source: `spec/features.md` §0.
public struct AliasLinks: Sendable {
  private let directories: Directories

  public init(directories: Directories) { self.directories = directories }

  /// Makes these the aliases of a snap: exactly this set exists afterwards. Doing it again changes nothing.
  ///
  /// What is gone is removed first, so that a name is free for another snap as early as can be.
  /// - Parameter links: commands of the snap (`foo`, `foo.bar`) by alias.
  /// - Throws: `ServiceError.files` where something that is no alias has the name; `SyscallError`.
  public func set(_ links: [String: String], of instance: String) throws {
    let before = try list(of: instance)
    for name in before.keys.sorted() where links[name] == nil {
      if unlink(path(name)) != 0, errno != ENOENT { throw SyscallError("remove", path: path(name), errno: errno) }
    }
    if !links.isEmpty { try Files.makeDirectories(directories.commands, mode: 0o755) }
    for (name, command) in links.sorted(by: { $0.key < $1.key }) where before[name] != command {
      guard command == instance || command.hasBytePrefix(instance + "."), !name.hasByte("/"), !name.isEmpty else {
        throw ServiceError.files(reason: "cannot use \"\(name)\" as an alias of snap \"\(instance)\"")
      }
      if try Files.status(path(name), followSymlinks: false) != nil, self.command(at: name) == nil {
        throw ServiceError.files(reason: "cannot make alias \(path(name)): the name is in use")
      }
      try Files.replaceSymlink(at: path(name), target: command)
    }
  }

  /// The aliases of a snap, with their commands.
  public func list(of instance: String) throws -> [String: String] {
    try all().filter { $0.value == instance || $0.value.hasBytePrefix(instance + ".") }
  }

  /// All aliases, with their commands.
  public func all() throws -> [String: String] {
    guard access(directories.commands, F_OK) == 0 else { return [:] }
    var found: [String: String] = [:]
    for name in try Files.list(directories.commands) { found[name] = self.command(at: name) }
    return found
  }

  /// What an alias stands for; nil for what is none.
  public func command(at name: String) -> String? {
    readLink(path(name)).flatMap { $0.hasByte("/") ? nil : $0 }
  }

  private func path(_ name: String) -> String { directories.commands + "/" + name }
}
