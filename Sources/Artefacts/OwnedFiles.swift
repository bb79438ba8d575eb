internal import ByteText
internal import Linux

/// How the files of snaps are named in one directory, and whose a name is.
///
/// Exact: the instance stands between fixed texts and ends at a dot, which no instance has in it, so files of `foo` and
/// of `foo-bar` or `foo_bar` are never taken for each other's.
struct NameScheme: Sendable {
  var prefix: String
  var suffix: String
  /// Whether more follows the instance: `snap.<inst>.<app>.conf`.
  var hasRest: Bool

  /// The instance whose file has the name; nil for a name that we do not give.
  func owner(of name: String) -> String? {
    guard name.hasByteSuffix(suffix), name.utf8.count > prefix.utf8.count + suffix.utf8.count,
      let rest = name.bytes(after: prefix)
    else { return nil }
    let middle = Substring(rest.utf8.dropLast(suffix.utf8.count))
    guard let dot = middle.byteIndex(of: ".") else { return hasRest ? nil : String(middle) }
    guard hasRest, dot != middle.startIndex, middle.index(after: dot) != middle.endIndex else { return nil }
    return String(middle[..<dot])
  }
}

/// The files that one snap has in one directory, replaced as a set.
struct OwnedFiles {
  var directory: String
  /// The names that we give there. Several: AppArmor's directory has profiles of apps and of the namespace's program.
  var schemes: [NameScheme]
  var instance: String

  /// What differs between the disk and what is wanted.
  struct Difference {
    /// In the order of names.
    var write: [(name: String, bytes: [UInt8])] = []
    var remove: [String] = []

    var isEmpty: Bool { write.isEmpty && remove.isEmpty }
  }

  /// The names of the snap's files.
  func names() throws(SyscallError) -> [String] {
    guard try Files.status(directory, followSymlinks: true)?.kind == .directory else { return [] }
    var names: [String] = []
    for name in try Files.list(directory) where schemes.contains(where: { $0.owner(of: name) == instance }) {
      names.append(name)
    }
    return names.sorted()
  }

  /// - Precondition: the names of the wanted files are the snap's.
  func difference(to wanted: [String: String]) throws(SyscallError) -> Difference {
    var difference = Difference()
    for (name, text) in wanted.sorted(by: { $0.key < $1.key }) {
      precondition(schemes.contains { $0.owner(of: name) == instance }, "internal error: a file of another snap")
      let (path, bytes) = (directory + "/" + name, [UInt8](text.utf8))
      // Something that is no file of ours is in the place: a link is never followed, but replaced.
      let status = try Files.status(path, followSymlinks: false)
      if status?.kind == .regular, let old = try? Files.read(path, limit: Self.limit), old == bytes { continue }
      difference.write.append((name, bytes))
    }
    difference.remove = try names().filter { wanted[$0] == nil }
    return difference
  }

  /// Each file is replaced in one step; what is not wanted any more goes last. Repeating it ends in the same set.
  func apply(_ difference: Difference, durable: Bool = true) throws(SyscallError) {
    if !difference.write.isEmpty { try Files.makeDirectories(directory, mode: 0o755) }
    for file in difference.write {
      try Files.writeAtomically(file.bytes, to: directory + "/" + file.name, mode: 0o644, durable: durable)
    }
    for name in difference.remove { try Files.remove(directory + "/" + name) }
    if durable, !difference.remove.isEmpty { try Files.syncDirectory(directory) }
  }

  private static let limit = 8 << 20
}
