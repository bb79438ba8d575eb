internal import ByteText
internal import CLinux
internal import Glibc
internal import Linux

/// Where services get a control group each: below that of the daemon, in the unified hierarchy.
struct ControlGroups: Sendable {
  /// The directory that holds one directory a service.
  let root: String

  /// - Returns: `nil` when there is no unified hierarchy, or it may not be written.
  init?(directories: Directories) {
    guard let mountPoint = Self.unifiedMountPoint(), let own = Self.ownPath() else { return nil }
    // Daemons with different roots on one machine (tests) must not meet.
    let name = directories.prefix.isEmpty ? "snapd.services" : "snapd.services." + stableHash(directories.prefix)
    root = mountPoint + (own == "/" ? "" : own) + "/" + name
    guard mkdir(root, 0o755) == 0 || errno == EEXIST, access(root + "/cgroup.procs", W_OK) == 0 else { return nil }
  }

  /// Makes the group of one run of a service. Each run has its own: what an earlier one left behind (it may, with
  /// `stop-mode: sigterm`) is not part of it.
  func make(unit: String, invocation: String) -> String? {
    let folder = root + "/" + unit
    let path = folder + "/" + invocation
    _ = mkdir(folder, 0o755)
    return mkdir(path, 0o755) == 0 ? path : nil
  }

  /// Removes all groups that are empty.
  func remove() { ProcessGroup.removeDirectories(root, depth: 0) }

  private static func unifiedMountPoint() -> String? {
    guard let bytes = try? Files.read("/proc/self/mountinfo", limit: 1 << 22) else { return nil }
    for line in bytes.split(separator: UInt8(ascii: "\n")) {
      let fields = String(decoding: line, as: UTF8.self).byteSplit(" ")
      guard fields.count > 6, let dash = fields.firstIndex(of: "-"), dash + 1 < fields.count,
        fields[dash + 1] == "cgroup2", !fields[4].hasByte("\\")
      else { continue }
      return String(fields[4])
    }
    return nil
  }

  private static func ownPath() -> String? {
    guard let bytes = try? Files.read("/proc/self/cgroup", limit: 1 << 16) else { return nil }
    for line in bytes.split(separator: UInt8(ascii: "\n")) where line.starts(with: Array("0::/".utf8)) {
      let path = String(decoding: line.dropFirst(3), as: UTF8.self)
      return path.hasSuffix(" (deleted)") || path.hasBytes("/..") ? nil : path
    }
    return nil
  }
}

/// All processes of one running service: its control group where there is one; otherwise its session, and
/// whatever carries its invocation id in the environment.
struct ProcessGroup: Sendable {
  var controlGroup: String?
  /// Session ids, which are the numbers of the processes the supervisor started for it.
  var sessions: Set<Int32> = []
  var invocation: String

  /// The living processes.
  func members() -> [ProcessFacts] {
    if let controlGroup { return Self.pids(below: controlGroup, depth: 0).compactMap(alive) }
    let mark = Array("INVOCATION_ID=\(invocation)".utf8)
    return Self.allPIDs().compactMap { pid in
      guard pid != getpid(), let facts = alive(pid) else { return nil }
      if sessions.contains(facts.session) { return facts }
      guard let environment = try? Files.read("/proc/\(pid)/environ", limit: 1 << 20) else { return nil }
      return environment.split(separator: 0).contains { $0.elementsEqual(mark) } ? facts : nil
    }
  }

  func contains(_ pid: Int32) -> Bool { members().contains { $0.pid == pid } }

  /// Sends a signal to every member.
  func signal(_ number: Int32) {
    if number == SIGKILL, let controlGroup, Self.writeFile(controlGroup + "/cgroup.kill", "1") { return }
    // One that forked while the list was read has a child that is not on it: look again until nobody is new. The bound
    // is for those that fork without end; SIGKILL of the whole group gets them in time.
    var told: Set<ProcessFacts.Identity> = []
    for _ in 0..<16 {
      var news = false
      for member in members() where told.insert(member.identity).inserted {
        news = true
        TrackedProcess(adopting: member.pid, startTime: member.startTime)?.signal(number)
      }
      if !news { return }
    }
  }

  /// Removes the control group, and those of earlier runs that are empty by now.
  func removeControlGroup() {
    guard let controlGroup, let slash = controlGroup.lastIndex(of: "/") else { return }
    Self.removeDirectories(String(controlGroup[..<slash]), depth: 0)
  }

  /// Reaps ended processes of any of the groups that became children of this process when their parents died.
  /// Children that other parts of the daemon wait for are never touched.
  ///
  /// Orphans of others (what a hook left in the background) come here too, since this process adopts all. They are
  /// known by not leading a process group, as every child that is started on purpose does, and by nobody having
  /// asked for them between two calls.
  /// - Parameters:
  ///   - tracked: processes whose end is still to be asked for through their descriptors.
  ///   - strangers: what the last call with it returned; `nil` to leave strangers alone.
  /// - Returns: strangers that may be reaped at the next call.
  static func reapOrphans(
    sessions: Set<Int32>, controlGroups: ControlGroups?, tracked: Set<Int32>,
    strangers: Set<ProcessFacts.Identity>?
  ) -> Set<ProcessFacts.Identity> {
    var next: Set<ProcessFacts.Identity> = []
    for pid in allPIDs() where !tracked.contains(pid) {
      guard let facts = ProcessFacts(pid: pid), facts.parent == getpid(), facts.state == "Z" else { continue }
      var ours = sessions.contains(facts.session)
      if !ours, let root = controlGroups?.root, let bytes = try? Files.read("/proc/\(pid)/cgroup", limit: 1 << 16) {
        let name = root.split(separator: "/").last.map(String.init) ?? root
        ours = String(decoding: bytes, as: UTF8.self).contains("/\(name)/")
      }
      if !ours, let strangers, facts.group != pid {
        ours = strangers.contains(facts.identity)
        if !ours { next.insert(facts.identity) }
      }
      if ours { _ = cl_service_reap(pid) }
    }
    return next
  }

  private func alive(_ pid: Int32) -> ProcessFacts? {
    guard let facts = ProcessFacts(pid: pid), facts.isAlive else { return nil }
    return facts
  }

  private static func allPIDs() -> [Int32] { ((try? Files.list("/proc")) ?? []).compactMap { Int32($0) } }

  /// Services may have groups of their own below theirs; a depth keeps hostile ones from costing much.
  private static func pids(below directory: String, depth: Int) -> [Int32] {
    guard depth < 8, let bytes = try? Files.read(directory + "/cgroup.procs", limit: 1 << 22) else { return [] }
    var pids = String(decoding: bytes, as: UTF8.self).split(separator: "\n").compactMap { Int32($0) }
    for child in subdirectories(of: directory) { pids += Self.pids(below: child, depth: depth + 1) }
    return pids
  }

  fileprivate static func removeDirectories(_ directory: String, depth: Int) {
    guard depth < 8 else { return }
    for child in subdirectories(of: directory) { removeDirectories(child, depth: depth + 1) }
    _ = rmdir(directory)
  }

  private static func subdirectories(of directory: String) -> [String] {
    ((try? Files.list(directory)) ?? []).map { directory + "/" + $0 }.filter { path in
      var status = stat()
      return lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }
  }

  private static func writeFile(_ path: String, _ text: String) -> Bool {
    let fd = open(path, O_WRONLY | O_CLOEXEC)
    guard fd >= 0 else { return false }
    defer { close(fd) }
    return text.withCString { write(fd, $0, strlen($0)) } > 0
  }
}

/// A number that stands for a text, the same in every process (FNV-1a).
func stableHashNumber(_ text: String) -> UInt64 {
  var hash: UInt64 = 0xcbf2_9ce4_8422_2325
  for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
  return hash
}

/// The same as 16 hexadecimal digits.
func stableHash(_ text: String) -> String {
  let digits = String(stableHashNumber(text), radix: 16)
  return String(repeating: "0", count: 16 - digits.utf8.count) + digits
}
