internal import ByteText
internal import Glibc
internal import Linux

/// Files that snaps have in one directory whose owner is told by a line of their content, replaced as a set.
struct InstalledFiles {
  let directory: String
  /// What the names end in: `.desktop`.
  let suffix: String
  /// The snap that a file belongs to; nil for a file that is nobody's.
  let owner: @Sendable ([UInt8]) -> String?

  /// Larger than anything that we write.
  private static let limit = 8 << 20

  struct Difference {
    /// In the order of names.
    var write: [(name: String, bytes: [UInt8])] = []
    var remove: [String] = []

    var isEmpty: Bool { write.isEmpty && remove.isEmpty }
  }

  /// The files of snaps with their content, by name.
  func all() throws(SyscallError) -> [(name: String, owner: String, bytes: [UInt8])] {
    guard try Files.status(directory)?.kind == .directory else { return [] }
    var found: [(name: String, owner: String, bytes: [UInt8])] = []
    for name in try Files.list(directory) where name.hasByteSuffix(suffix) {
      guard let bytes = try content(name), let owner = owner(bytes) else { continue }
      found.append((name, owner, bytes))
    }
    return found
  }

  /// The content of a file in the directory; nil where there is none, or what is there is no file of ours.
  private func content(_ name: String) throws(SyscallError) -> [UInt8]? {
    let path = "\(directory)/\(name)"
    guard try Files.status(path, followSymlinks: false)?.kind == .regular else { return nil }
    return try? Files.read(path, limit: Self.limit)
  }

  /// What differs between the disk and what is wanted.
  ///
  /// - Throws: ``DesktopError`` when a name is another snap's.
  func difference(to wanted: [String: [UInt8]], of instance: String) throws -> Difference {
    var difference = Difference()
    for (name, bytes) in wanted.sorted(by: { $0.key < $1.key }) {
      let old = try content(name)
      if old == bytes { continue }
      if let other = old.flatMap(owner), other != instance { throw DesktopError.taken(name, by: other) }
      difference.write.append((name, bytes))
    }
    difference.remove = try all().filter { $0.owner == instance && wanted[$0.name] == nil }.map(\.name)
    return difference
  }

  /// Each file is replaced in one step; what is not wanted any more goes last.
  func apply(_ difference: Difference) throws(SyscallError) {
    guard !difference.isEmpty else { return }
    if !difference.write.isEmpty { try Files.makeDirectories(directory, mode: 0o755) }
    for file in difference.write {
      try Files.writeAtomically(file.bytes, to: "\(directory)/\(file.name)", mode: 0o644, durable: false)
    }
    for name in difference.remove { try Files.remove("\(directory)/\(name)") }
    // One sync for the set: what is lost with the power is written again by the task that is repeated.
    for file in difference.write { try sync("\(directory)/\(file.name)") }
    try Files.syncDirectory(directory)
  }
}

/// Why a snap's files for desktops cannot be put into their places.
public enum DesktopError: Error, Equatable, CustomStringConvertible {
  /// A file of this name belongs to another snap.
  case taken(String, by: String)

  public var description: String {
    switch self {
    case .taken(let name, let other): "cannot use file name \"\(name)\": it belongs to snap \"\(other)\""
    }
  }
}

/// Forces a file's content to the disk.
func sync(_ path: String) throws(SyscallError) {
  try OwnedFD.open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK).sync(path: path)
}
