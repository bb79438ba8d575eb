internal import ByteText
internal import Glibc
public import Host
public import Linux

/// Which commands of snaps bash completes with the snap's own completer: links to `complete.sh`, named like the
/// commands, where bash-completion looks for what it does not know (`XDG_DATA_DIRS`).
///
/// Source: `spec/features.md` §7. The reference also has a place for bash-completion that does not look there (before
/// 2.1); no system that this runs on has it.
public struct CompletionLinks: Sendable {
  private let directory: String
  /// As ``Commands`` have it: below another root a relative link is right from both sides.
  private let script: String

  public init(directories: Directories) {
    directory = directories.completions
    script =
      directories.prefix.isEmpty
      ? "/usr/lib/snapd/complete.sh" : "../../../../../../usr/lib/snapd/complete.sh"
  }

  /// Makes these the commands of a snap that are completed.
  ///
  /// - Precondition: each is named like the instance, or the instance, a dot and an app.
  public func set(_ commands: [String], of instance: String) throws(SyscallError) {
    let before = try list(of: instance)
    for name in commands { precondition(Self.belongs(name, to: instance), "internal error: another snap's command") }
    if !commands.isEmpty { try Files.makeDirectories(directory, mode: 0o755) }
    for name in Set(commands).subtracting(before).sorted() { try Files.replaceSymlink(at: path(name), target: script) }
    for name in Set(before).subtracting(commands).sorted() { try Files.remove(path(name)) }
  }

  /// Makes these the aliases of a snap that are completed: each a link to the command's link, as the alias itself is.
  ///
  /// - Parameter aliases: the command by alias; those whose command has no completer are left out.
  public func setAliases(_ aliases: [String: String], of instance: String) throws(SyscallError) {
    let completed = Set(try list(of: instance))
    let wanted = aliases.filter { completed.contains($0.value) }
    let before = try self.aliases(of: instance)
    for (name, command) in wanted.sorted(by: { $0.key < $1.key }) where before[name] != command {
      try Files.replaceSymlink(at: path(name), target: command)
    }
    for name in before.keys.sorted() where wanted[name] == nil { try Files.remove(path(name)) }
  }

  /// The commands of a snap that are completed, sorted.
  public func list(of instance: String) throws(SyscallError) -> [String] {
    try all().filter { Self.belongs($0.name, to: instance) && $0.target == script }.map(\.name)
  }

  /// The aliases of a snap that are completed.
  public func aliases(of instance: String) throws(SyscallError) -> [String: String] {
    var found: [String: String] = [:]
    for link in try all() where Self.belongs(link.target, to: instance) { found[link.name] = link.target }
    return found
  }

  /// Links of snaps that are not among these.
  func strangers(_ instances: Set<String>) throws(SyscallError) -> [String] {
    try all().filter { link in
      let command = link.target == script ? link.name : link.target
      return !command.hasByte("/") && !instances.contains(command.byteSplit(".").first.map(String.init) ?? command)
    }.map { path($0.name) }
  }

  private func all() throws(SyscallError) -> [(name: String, target: String)] {
    guard try Files.status(directory)?.kind == .directory else { return [] }
    var found: [(name: String, target: String)] = []
    for name in try Files.list(directory) {
      guard try Files.status(path(name), followSymlinks: false)?.kind == .symlink else { continue }
      found.append((name, try Files.readSymlink(path(name))))
    }
    return found
  }

  private func path(_ name: String) -> String { "\(directory)/\(name)" }

  private static func belongs(_ name: String, to instance: String) -> Bool {
    !name.hasByte("/") && (name.hasSameBytes(as: instance) || name.hasBytePrefix(instance + "."))
  }
}
