internal import Host
internal import Linux
internal import Snap

/// The mount namespaces that the launcher keeps for a snap: one for root and one for each user who ran it.
struct Namespaces: Sendable {
  let directories: Directories

  /// The files that keep namespaces: `<instance>.mnt` and `<instance>.<uid>.mnt`.
  private func kept(_ instance: InstanceName) throws(SyscallError) -> [String] {
    guard try Files.status(directories.namespaces, followSymlinks: false) != nil else { return [] }
    let prefix = "\(instance)."
    return try Files.list(directories.namespaces)
      .filter { name in
        guard name.hasPrefix(prefix), name.hasSuffix(".mnt") else { return false }
        let middle = name.dropFirst(prefix.count).dropLast(3)
        return middle.isEmpty || (middle.last == "." && middle.dropLast().allSatisfy(\.isNumber))
      }
      .map { "\(directories.namespaces)/\($0)" }
  }

  /// Waits for launches that are under way, and keeps others waiting as long as the lock lives: between a namespace
  /// being kept and the launcher being in it, it would look as if nobody used it.
  private func lock(_ instance: InstanceName) throws(SyscallError) -> FileLock {
    try Files.makeDirectories(directories.locks, mode: 0o755)
    return try FileLock.acquire("\(directories.locks)/\(instance).lock", timeout: .seconds(30))
  }

  /// The processes in the snap's namespaces, those that are about to enter included.
  func processes(of instance: InstanceName) throws -> [Int32] {
    let lock = try lock(instance)
    defer { withExtendedLifetime(lock) {} }
    return try ProcessTable.processes(inMountNamespacesKeptAt: try kept(instance))
  }

  /// Lets go of the snap's namespaces. Processes in them stay there; the next launch builds anew.
  func discard(_ instance: InstanceName) throws {
    let lock = try lock(instance)
    defer { withExtendedLifetime(lock) {} }
    for path in try kept(instance) { try drop(path) }
  }

  /// Lets go of those namespaces that nothing runs in, so that old revisions and bases are not kept mounted there.
  func discardStale(_ instance: InstanceName) throws {
    let lock = try lock(instance)
    defer { withExtendedLifetime(lock) {} }
    for path in try kept(instance)
    where try ProcessTable.processes(inMountNamespacesKeptAt: [path]).isEmpty { try drop(path) }
  }

  private func drop(_ path: String) throws(SyscallError) {
    try Mounts.unmount(path, lazy: true)
    try Files.remove(path)
    let name = String(path.dropLast(4))
    try Files.remove(name + ".info")
    // What its processes share, which is kept apart from the host's.
    try Mounts.unmount(name + ".ipc", lazy: true)
    try Files.remove(name + ".ipc")
  }
}
