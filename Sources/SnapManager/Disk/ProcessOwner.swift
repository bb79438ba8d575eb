internal import ByteText
internal import Host
internal import Linux
public import Snap

/// Which snap a process belongs to.
extension SnapManager {
  /// The snap in whose kept namespace a process is. Only the launcher lets anybody in, so it cannot be feigned.
  public func confinedOwner(ofProcess pid: Int32) -> InstanceName? {
    guard let namespace = ProcessTable.mountNamespace(of: pid), let names = try? namespaces.names() else { return nil }
    for name in names {
      guard let entry = Namespaces.Entry(name), !entry.isInfo, let instance = try? InstanceName(entry.instance),
        (try? ProcessTable.namespaceNumber(atFile: "\(directories.namespaces)/\(name)")) == namespace
      else { continue }
      return instance
    }
    return nil
  }

  /// Whether a process belongs to a snap, by its namespace, its view, or the program that it or one it comes from
  /// executes (a classic snap has no namespace, and what calls `snapctl` is a shell of the machine's).
  ///
  /// It is not proof enough by itself: a person may run any program. Together with the snap's cookie it is.
  public func isProcess(_ pid: Int32, of instance: InstanceName) -> Bool {
    if let owner = confinedOwner(ofProcess: pid) { return owner == instance }
    // What the launcher calls the root of a view that it builds without privilege (docs/unprivileged.md).
    let view = "snap-confine:\(directories.prefix):\(instance)"
    if (try? ProcessTable.processes(withRootFrom: view))?.contains(pid) == true { return true }
    let place = directories.mounts(of: instance)
    var current = pid
    // Deeper than this nobody is started.
    for _ in 0..<32 where current > 1 {
      if let program = ProcessTable.executable(of: current), PathBytes.lies(program, in: place) { return true }
      if arguments(of: current).contains(where: { PathBytes.lies($0, in: place) }) { return true }
      guard let parent = ProcessTable.parent(of: current) else { return false }
      current = parent
    }
    return false
  }

  /// The interpreter of a script executes, not the script: it is among the first two words.
  private func arguments(of pid: Int32) -> [String] {
    guard let bytes = try? Files.read("/proc/\(pid)/cmdline", limit: 1 << 20) else { return [] }
    return bytes.split(separator: 0).prefix(3).map { String(decoding: $0, as: UTF8.self) }
  }
}
