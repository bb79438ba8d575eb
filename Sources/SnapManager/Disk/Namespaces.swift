internal import ByteText
internal import Glibc
internal import Host
internal import LaunchPlanning
internal import Linux
internal import Snap

/// The mount namespaces that the launcher keeps for a snap: one for root and one for each user who ran it.
///
/// One that nobody needs must go, since it keeps its base mounted: with the image of the last revision
/// (``discard(_:)``), and whenever the launch plans become others (``discardStale(_:)``). What was in use then is let
/// go of by the next sweep.
struct Namespaces: Sendable {
  let directories: Directories

  /// A file in the directory of namespaces: `<instance>.mnt` (root) and `<instance>.<uid>.mnt` keep one,
  /// `.info` beside it says what it was built from.
  struct Entry: Equatable {
    let instance: String
    let isInfo: Bool

    /// Nil for a name that the launcher does not give.
    init?(_ name: String) {
      let parts = name.byteSplit(".", keepingEmpty: true)
      guard let first = parts.first, !first.isEmpty, parts.count == 2 || parts.count == 3 else { return nil }
      if parts.count == 3 {
        guard !parts[1].isEmpty, parts[1].utf8.allSatisfy({ $0.isASCIIDigit }) else { return nil }
      }
      switch parts.last {
      case "mnt": isInfo = false
      case "info": isInfo = true
      default: return nil
      }
      instance = String(first)
    }
  }

  /// Everything in the directory.
  func names() throws(SyscallError) -> [String] {
    guard try Files.status(directories.namespaces, followSymlinks: false) != nil else { return [] }
    return try Files.list(directories.namespaces)
  }

  private func kept(_ instance: InstanceName) throws(SyscallError) -> [String] {
    try names().filter { name in
      guard let entry = Entry(name) else { return false }
      return entry.instance == instance.description && !entry.isInfo
    }
    .map { "\(directories.namespaces)/\($0)" }
  }

  /// Waits for launches that are under way, and keeps others waiting as long as the lock lives: between a namespace
  /// being kept and the launcher being in it, it would look as if nobody used it.
  private func lock(_ instance: InstanceName, timeout: Duration = .seconds(30)) throws(SyscallError) -> FileLock {
    try Files.makeDirectories(directories.locks, mode: 0o755)
    return try FileLock.acquire("\(directories.locks)/\(instance).lock", timeout: timeout)
  }

  /// The processes of a snap, found in one look at all: those in its namespaces, those that are about to enter included;
  /// those that were launched without privilege, whose namespaces nobody keeps, by what the launcher calls the root of
  /// such a view (docs/unprivileged.md); and those that execute a file of the snap.
  func processes(of instance: InstanceName) throws -> [Int32] {
    let lock = try lock(instance)
    defer { withExtendedLifetime(lock) {} }
    let kept = try ProcessTable.namespaceNumbers(keptAt: try kept(instance))
    let scan = try ProcessScan()
    let root = directories.root == "/" ? "" : directories.root
    let pids =
      scan.processes(inMountNamespaces: kept)
      + (try scan.processes(withRootFrom: "snap-confine:\(root):\(instance)"))
      + scan.processes(executingBeneath: directories.mounts(of: instance))
    return Set(pids).sorted()
  }

  /// Lets go of the snap's namespaces. Processes in them stay there; the next launch builds anew.
  func discard(_ instance: InstanceName) throws {
    let lock = try lock(instance)
    defer { withExtendedLifetime(lock) {} }
    for path in try kept(instance) { try drop(path) }
  }

  /// Lets go of those namespaces that nothing runs in and that no launch would join any more.
  ///
  /// A launch that takes longer than a moment is not waited for: a user who stops theirs holds up nothing.
  func discardStale(_ instance: InstanceName) throws {
    guard try !kept(instance).isEmpty else { return }
    do {
      let lock = try lock(instance, timeout: .seconds(1))
      defer { withExtendedLifetime(lock) {} }
      for path in try stale(instance) { try drop(path) }
    } catch let error as SyscallError where error.errno == EWOULDBLOCK {}
  }

  /// Shows in the snap's namespaces what its plans grant now, and nothing they granted before, whoever is in them. To be
  /// called when plans were written for other connections, and when devices have come or gone; never with the lock held.
  ///
  /// A process that enters a namespace must have a single thread, so it is a program that does it.
  func update(_ instance: InstanceName) throws {
    guard try !kept(instance).isEmpty else { return }
    var command = [directories.programs + "/snap-update-ns"]
    if directories.root != "/" { command += ["--root", directories.root] }
    let result = try ChildProcess.run(command + [instance.description], timeout: .seconds(60))
    guard result.status == .exited(0) else {
      let message = String(decoding: result.errorOutput.prefix(1024), as: UTF8.self)
      throw NamespaceError(
        instance: instance.description, message: message.byteSplit("\n").last.map(String.init))
    }
  }

  /// The files that keep such a namespace.
  func stale(_ instance: InstanceName) throws -> [String] {
    // A damaged plan launches nothing.
    let wanted = try? PlanStore(directories: directories).namespaceKey(of: instance)
    return try kept(instance).filter { path in
      try (wanted == nil || key(builtAt: path) != wanted)
        && ProcessTable.processes(inMountNamespacesKeptAt: [path]).isEmpty
    }
  }

  /// What a namespace was built from: the first line of its info file.
  private func key(builtAt path: String) -> String? {
    guard let bytes = try? Files.read(info(of: path), limit: 64 << 10) else { return nil }
    let line = String(decoding: bytes, as: UTF8.self).byteSplit("\n", maxSplits: 1, keepingEmpty: true)[0]
    return line.bytes(after: "key ").map(String.init)
  }

  private func info(of path: String) -> String { String(path.dropLast(4)) + ".info" }

  private func drop(_ path: String) throws(SyscallError) {
    try Mounts.unmount(path, lazy: true)
    let name = path.byteSplit("/").last.map { $0.dropLast(4) } ?? ""
    try Files.remove("\(directories.namespaces)/snap.\(name).fstab")
    // What its processes share, which is kept apart from the host's.
    let shared = String(path.dropLast(4)) + ".ipc"
    try Mounts.unmount(shared, lazy: true)
    try Files.remove(shared)
    // Last what a repeat looks for.
    try Files.remove(info(of: path))
    try Files.remove(path)
  }
}

/// What runs in a snap's namespaces still sees what it saw before a connection changed.
struct NamespaceError: Error, CustomStringConvertible {
  let instance: String
  let message: String?

  var description: String {
    "cannot update the mount namespaces of snap \"\(instance)\": \(message ?? "snap-update-ns failed")"
  }
}

extension SnapManager {
  /// Lets go of namespaces that were in use when they should have gone, and of those that a killed daemon has left.
  /// What cannot be let go of is told, and tried again the next time.
  public func sweepNamespaces() {
    do {
      for name in Set(try namespaces.names().compactMap { Namespaces.Entry($0)?.instance }) {
        if let instance = try? InstanceName(name) { try namespaces.discardStale(instance) }
      }
    } catch {
      warn("cannot let go of namespaces that nobody uses: \(error)")
    }
  }
}
