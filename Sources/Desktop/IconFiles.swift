internal import ByteText
internal import Glibc
internal import Host
internal import Linux

/// The icons of snaps in the themes of desktops: `/var/lib/snapd/desktop/icons/THEME/…/snap.<instance>.NAME.png`.
struct IconFiles {
  let directory: String

  init(directories: Directories) { directory = directories.desktopIcons }

  /// The index of a theme that GTK makes.
  static let cache = "icon-theme.cache"

  struct Difference {
    var write: [(path: String, bytes: [UInt8])] = []
    var remove: [String] = []

    var isEmpty: Bool { write.isEmpty && remove.isEmpty }
    /// The themes that change, by name; icons that are in no theme are in "".
    var themes: [String] {
      Set((write.map(\.path) + remove).map { $0.byteSplit("/").count > 1 ? String($0.byteSplit("/")[0]) : "" }).sorted()
    }
  }

  /// Every icon of a snap that is there, with its owner: paths below the directory.
  func all() throws(SyscallError) -> [(path: String, owner: String)] {
    guard try Files.status(directory)?.kind == .directory else { return [] }
    var found: [(path: String, owner: String)] = []
    var pending = [(path: "", depth: 0)]
    while let (place, depth) = pending.popLast() {
      for name in try Files.list(place.isEmpty ? directory : "\(directory)/\(place)") {
        let path = place.isEmpty ? name : "\(place)/\(name)"
        guard let kind = try Files.status("\(directory)/\(path)", followSymlinks: false)?.kind else { continue }
        if kind == .directory {
          if depth < DesktopContent.Limit.iconDepth { pending.append((path, depth + 1)) }
        } else if let owner = Self.owner(of: name) {
          found.append((path, owner))
        }
      }
    }
    return found.sorted { $0.path < $1.path }
  }

  /// The snap whose icon has the name: no instance has a dot in it.
  static func owner(of name: String) -> String? {
    guard name.hasByteSuffix(".png") || name.hasByteSuffix(".svg"), let rest = name.bytes(after: "snap.") else {
      return nil
    }
    let parts = rest.byteSplit(".")
    return parts.count > 2 ? String(parts[0]) : nil
  }

  func difference(to wanted: [String: [UInt8]], of instance: String) throws(SyscallError) -> Difference {
    var difference = Difference()
    for (path, bytes) in wanted.sorted(by: { $0.key < $1.key }) {
      let whole = "\(directory)/\(path)"
      let status = try Files.status(whole, followSymlinks: false)
      if status?.kind == .regular, status?.size == Int64(bytes.count),
        let old = try? Files.read(whole, limit: bytes.count), old == bytes
      {
        continue
      }
      difference.write.append((path, bytes))
    }
    difference.remove = try all().filter { $0.owner == instance && wanted[$0.path] == nil }.map(\.path)
    return difference
  }

  func apply(_ difference: Difference) throws(SyscallError) {
    for icon in difference.write {
      let path = "\(directory)/\(icon.path)"
      try Files.makeDirectories(String(path.dropLast(path.byteSplit("/").last.map { $0.count + 1 } ?? 0)), mode: 0o755)
      try Files.writeAtomically(icon.bytes, to: path, mode: 0o644, durable: false)
    }
    for path in difference.remove { try Files.remove("\(directory)/\(path)") }
    for path in difference.remove { try removeEmpty(above: path) }
    for icon in difference.write { try sync("\(directory)/\(icon.path)") }
  }

  /// Directories that are empty now, up to the theme, which goes with its index.
  private func removeEmpty(above path: String) throws(SyscallError) {
    var parts = path.byteSplit("/").dropLast().map(String.init)
    while !parts.isEmpty {
      let place = "\(directory)/" + parts.joined(separator: "/")
      guard try Files.status(place)?.kind == .directory else {
        parts.removeLast()
        continue
      }
      let left = try Files.list(place)
      if parts.count == 1, left == [Self.cache] {
        try Files.remove("\(place)/\(Self.cache)")
      } else if !left.isEmpty {
        return
      }
      do throws(SyscallError) { try Files.removeDirectory(place) } catch {
        guard error.errno == ENOTEMPTY || error.errno == EEXIST else { throw error }
        return
      }
      parts.removeLast()
    }
  }

  /// Says that a theme has changed, as desktops look for it: the time of its directory, and the index of the machine's
  /// program, or none. An index that is left as it was would hide what came after it.
  func refresh(_ theme: String, _ run: ([String]) -> DesktopCaches.Outcome) throws(SyscallError) {
    let place = theme.isEmpty ? directory : "\(directory)/\(theme)"
    guard try Files.status(place)?.kind == .directory else { return }
    // Without the images in it: nothing of a stranger's is decoded with our rights.
    let command = ["gtk-update-icon-cache", "--force", "--quiet", "--ignore-theme-index", "--index-only", place]
    if theme.isEmpty || run(command) != .done { try Files.remove("\(place)/\(Self.cache)") }
    _ = utimensat(AT_FDCWD, place, nil, 0)
  }
}
