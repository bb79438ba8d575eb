internal import ByteText
internal import Host
internal import Linux
internal import Snap
internal import State

/// Files and links are written aside and then renamed (`Files.writeAtomically`, `Files.replaceSymlink`). A daemon that is
/// killed in between leaves what it wrote aside, and nothing else ever takes it up or away.
extension SnapManager {
  /// Removes what an earlier daemon left so, in directories that only the daemon writes to.
  func removeLeftAside() throws {
    let instances = store.read { $0.all(RecordKind<SnapState>.snaps) }.compactMap {
      try? InstanceName($0.key)
    }
    let places = [
      directories.cookies, directories.sequence, directories.userServices, directories.launchPlans,
      directories.commands,
    ]
    let own = instances.flatMap { [directories.mounts(of: $0), directories.data(of: $0)] }
    for place in places + own {
      guard try Files.status(place, followSymlinks: false)?.kind == .directory else { continue }
      for name in try Files.list(place) where Self.isLeftAside(name) {
        // Only files and links are written so; a tree is somebody else's.
        let path = "\(place)/\(name)"
        guard let kind = try Files.status(path, followSymlinks: false)?.kind, kind != .directory else { continue }
        try Files.remove(path)
      }
    }
  }

  /// Whether a name is one for writing aside: `.NAME.RANDOM~`, with a random number in base 36. What is copied aside
  /// (`Copying.asidePath`) looks the same, but whoever copies again removes it.
  static func isLeftAside(_ name: String) -> Bool {
    guard name.utf8.first == UInt8(ascii: "."), name.utf8.last == UInt8(ascii: "~"),
      let dot = name.utf8.dropLast().lastIndex(of: UInt8(ascii: ".")), dot > name.utf8.startIndex
    else { return false }
    guard !name.hasByteSuffix(".copying~") else { return false }
    return UInt64(String(decoding: name.utf8[dot...].dropFirst().dropLast(), as: UTF8.self), radix: 36) != nil
  }
}
