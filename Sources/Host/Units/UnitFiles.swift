internal import Glibc
internal import Linux

/// Units in `/etc/systemd/system` or `/etc/systemd/user`, and the links that make them start with the machine. Files and links only: systemd
/// itself is not asked for anything here, so this works below any root as well.
struct UnitFiles: Sendable {
  let directory: String
  /// The same without the root: links carry the path as the machine that reads them will see it.
  let target: String

  init(directory: String, directories: Directories) {
    self.directory = directory
    target = directories.stripping(directory)
  }

  /// Writes a unit, unless it is there with the same text.
  /// - Returns: whether anything changed.
  func write(_ text: String, to name: String) throws -> Bool {
    let bytes = Array(text.utf8)
    if (try? Files.read(path(name), limit: 1 << 20)) == bytes { return false }
    try Files.makeDirectories(directory, mode: 0o755)
    try Files.writeAtomically(bytes, to: path(name), mode: 0o644)
    return true
  }

  /// - Returns: whether there was such a unit.
  func remove(_ name: String) throws -> Bool {
    guard unlink(path(name)) != 0 else { return true }
    if errno != ENOENT, errno != ENOTDIR { throw SyscallError("remove", path: path(name), errno: errno) }
    return false
  }

  func exists(_ name: String) -> Bool { access(path(name), F_OK) == 0 }

  func text(of name: String) -> String? {
    (try? Files.read(path(name), limit: 1 << 20)).map { String(decoding: $0, as: UTF8.self) }
  }

  /// What `systemctl enable` does for `WantedBy=`.
  func want(_ name: String, by target: String) throws {
    let folder = path(target + ".wants")
    let link = folder + "/" + name
    if readLink(link) == linkTarget(name) { return }
    try Files.makeDirectories(folder, mode: 0o755)
    try Files.replaceSymlink(at: link, target: linkTarget(name))
  }

  func unwant(_ name: String, by target: String) throws {
    let link = path(target + ".wants") + "/" + name
    if unlink(link) != 0, errno != ENOENT, errno != ENOTDIR { throw SyscallError("remove", path: link, errno: errno) }
  }

  func isWanted(_ name: String, by target: String) -> Bool { readLink(path(target + ".wants") + "/" + name) != nil }

  /// The unit files of one snap: services, sockets and timers.
  func names(of instance: String) throws -> [String] {
    guard exists("") else { return [] }
    return try Files.list(directory).filter { name in
      name.hasPrefix("snap.\(instance).")
        && [".service", ".socket", ".timer"].contains { name.hasSuffix($0) }
    }.sorted()
  }

  func path(_ name: String) -> String { directory + "/" + name }

  private func linkTarget(_ name: String) -> String { target + "/" + name }
}
