internal import CLinux

#if hasFeature(Embedded)
  internal import LaunchPlanEmbedded
#else
  internal import LaunchPlan
#endif

/// Brings the process into the mount namespace of a snap: the kept one, or a new one that is then kept.
///
/// A namespace is kept, per snap and user, as a bind of its nsfs file on `/run/snapd/ns/<inst>.mnt` (root) or
/// `<inst>.<uid>.mnt`; `.info` beside it says what it was built from and which grants it shows. The caller holds the
/// lock.
struct Namespace: ~Copyable {
  private let files: KeptFiles
  private let places: Places
  private let plan: LaunchPlan
  private let privileges: Privileges
  private let anchors: UserAnchors
  private let name: String
  /// What the info file says of the fixed view that is wanted now.
  private let fixed: String
  /// What it says of grants, and of the places in which matches come and go.
  private let granted: String

  init(
    _ directory: consuming Descriptor, places: Places, plan: LaunchPlan, privileges: Privileges,
    user: borrowing UserPlaces
  ) {
    name = user.uid == 0 ? plan.instanceName : "\(plan.instanceName).\(user.uid)"
    files = KeptFiles(directory, name: name)
    self.places = places
    self.plan = plan
    self.privileges = privileges
    anchors = UserAnchors(uid: user.uid, home: user.home, prefix: places.prefix)
    fixed = "key \(plan.namespaceKey)\ngid \(privileges.gid)\n\(user.identity)"
    granted = KeptFiles.granted(plan, anchors)
  }

  func enter(user: borrowing UserPlaces) throws(LaunchError) {
    if try joinKept() { return }
    try build(user: user)
  }

  /// Joins the namespace that is kept, unless it is stale and nobody uses it. One that is stale and in use is used on
  /// (spec/confinement.md §2), so that all processes of a snap see the same; its granted part is always brought up to
  /// date.
  private func joinKept() throws(LaunchError) -> Bool {
    let raw = files.openNamespace()
    guard raw >= 0 else { return false }
    let kept = try Descriptor(raw, "open \(name).mnt")
    guard cl_launch_is_namespace(kept.raw) == 1 else { return false }
    let info = try files.info()
    if info != Array((fixed + granted).utf8) {
      let isFixed = info?.starts(with: fixed.utf8) ?? false
      // Without the file it may not even be complete.
      var isStale = info == nil
      if !isStale, !isFixed { isStale = try !isInUse(kept) }
      if isStale {
        try discard()
        return false
      }
      let original = try Self.own()
      try showGrants(in: kept.raw, from: original.raw, fixed: isFixed ? fixed : KeptFiles.fixed(info ?? []))
    }
    guard cl_launch_setns_mounts(kept.raw) == 0 else { throw .call("join the mount namespace of \(name)") }
    return true
  }

  private func showGrants(
    in namespace: Int32, from host: Int32, fixed: String, isNew: Bool = false
  ) throws(LaunchError) {
    let view = GrantedView(
      plan: plan, privileges: privileges, user: anchors, host: host, namespace: namespace, isOpen: isNew)
    try files.update(view, info: fixed + granted, isNew: isNew)
  }

  private func discard() throws(LaunchError) {
    try files.discard()
    _ = cl_launch_chdir("/")
  }

  /// Whether a process is in the namespace. Whoever is about to join it waits for the lock.
  private func isInUse(_ namespace: borrowing Descriptor) throws(LaunchError) -> Bool {
    let wanted = try namespace.status(name + ".mnt")
    let processes = try Descriptor(
      cl_launch_open(atWorkingDirectory, "/proc", Int32(CL_LAUNCH_O_DIRECTORY), 0), "open /proc")
    for entry in try entries(of: processes, "/proc").map({ $0.name }) {
      guard let first = entry.utf8.first, first >= UInt8(ascii: "0"), first <= UInt8(ascii: "9") else { continue }
      var status = cl_launch_status()
      // A process that ended meanwhile is no user.
      guard cl_launch_status_at(processes.raw, "\(entry)/ns/mnt", 1, &status) == 0 else { continue }
      if status.inode == wanted.inode, status.device == wanted.device { return true }
    }
    return false
  }

  private func build(user: borrowing UserPlaces) throws(LaunchError) {
    let original = try Self.own()
    let clones = try Clones(plan.view, user: user)
    let own = try unshare(from: original)
    // The same directory, as the new namespace has it.
    let scratch = try places.directory("/run/snapd/ns")
    let view = try View(scratch: scratch, places: places, clones: clones)
    try view.apply(plan, user: user, sealing: false)
    try view.enter()
    guard cl_launch_setns_mounts(original.raw) == 0 else { throw .call("return to the host's mount namespace") }
    files.keep(own)
    try showGrants(in: own.raw, from: original.raw, fixed: fixed, isNew: true)
    guard cl_launch_setns_mounts(own.raw) == 0 else { throw .call("join the new mount namespace of \(name)") }
  }

  /// The namespace of the process.
  static func own() throws(LaunchError) -> Descriptor {
    try Descriptor(cl_launch_open(atWorkingDirectory, "/proc/self/ns/mnt", 0, 0), "open /proc/self/ns/mnt")
  }

  fileprivate static let cpuFile = ".cpu"

  /// Unshares, and returns the new namespace.
  ///
  /// A namespace can be bound only in one whose id is smaller (a check against loops). Linux 6.18 gives ids in batches
  /// of a CPU, so a younger namespace may have the smaller id; on another CPU it will not. Ids of one CPU only grow: one
  /// that was found to do is remembered.
  private func unshare(from original: borrowing Descriptor) throws(LaunchError) -> Descriptor {
    let least = cl_launch_namespace_id(original.raw)
    var isPinned = false
    if least > 0, let cpu = places.cpu(above: least) { isPinned = cl_launch_pin(cpu) == 1 }
    guard cl_launch_unshare_mounts() == 0 else { throw .call("make a mount namespace") }
    var namespace = try Self.own()
    if least > 0, cl_launch_namespace_id(namespace.raw) <= least {
      var cpu: Int32 = 0
      while cl_launch_pin(cpu) == 1 {
        isPinned = true
        guard cl_launch_setns_mounts(original.raw) == 0, cl_launch_unshare_mounts() == 0 else {
          throw .call("make a mount namespace")
        }
        namespace = try Self.own()
        if cl_launch_namespace_id(namespace.raw) > least {
          places.keep(Self.cpuFile, Array("\(least) \(cpu)\n".utf8))
          break
        }
        cpu += 1
      }
    }
    if isPinned { cl_launch_unpin() }
    return namespace
  }
}

extension Places {
  /// Which of its CPUs a process has to be on for its namespaces to have larger ids than another's; nil when that has
  /// never been a question. A hint: what comes of it is looked at.
  fileprivate func cpu(above namespace: UInt64) -> Int32? {
    guard let bytes = kept(Namespace.cpuFile, limit: 64) else { return nil }
    return KeptFiles.value("\(namespace)", in: bytes).flatMap { Int32($0) }.flatMap { $0 >= 0 ? $0 : nil }
  }

  /// `/run/snapd/ns`, as a mount of its own that shares nothing: a namespace can't be bound where the bind would spread
  /// into that very namespace. It is unbindable too, so the host's root as devmode shows it comes without: nothing that
  /// holds a namespace older than itself can be attached in a view (ELOOP).
  func namespaces(locks: borrowing Descriptor) throws(LaunchError) -> Descriptor {
    let path = "/run/snapd/ns"
    let directory = try self.directory(path, create: true)
    if try directory.status(path).mount_root != 0 { return directory }
    let lock = try HeldLock(".lock", in: locks, exclusive: true)
    defer { _ = lock }
    let again = try self.directory(path, create: true)
    if try again.status(path).mount_root != 0 { return again }
    let mount = try Descriptor(
      cl_open_tree(again.raw, "", CL_OPEN_TREE_CLONE | CL_OPEN_TREE_CLOEXEC | CL_AT_EMPTY_PATH), "clone \(path)")
    // Private only once it is in its place: below a shared mount, and systemd makes all of them shared, whatever is
    // attached becomes shared too. Unbindable, so that a clone of the whole root (devmode) leaves it out: a tree with
    // older mount namespaces in it cannot be attached in a younger one.
    guard cl_move_mount(mount.raw, again.raw) == 0,
      cl_mount_setattr(mount.raw, CL_AT_EMPTY_PATH, 0, 0, UInt64(CL_MS_UNBINDABLE)) == 0
    else { throw .call("mount \(path) on itself") }
    return try self.directory(path)
  }
}

/// Joins the mount namespace of the first process when the caller is in another (`PrivateTmp=`, `unshare -m`), where
/// a kept namespace would be lost. True when it did.
func joinInitialNamespace() throws(LaunchError) -> Bool {
  let first = cl_launch_open(atWorkingDirectory, "/proc/1/ns/mnt", 0, 0)
  if first < 0 { return false }
  let namespace = try Descriptor(first, "open /proc/1/ns/mnt")
  var own = cl_launch_status()
  guard cl_launch_status_at(atWorkingDirectory, "/proc/self/ns/mnt", 1, &own) == 0 else {
    throw .call("examine /proc/self/ns/mnt")
  }
  let initial = try namespace.status("/proc/1/ns/mnt")
  if own.inode == initial.inode, own.device == initial.device { return false }
  guard cl_launch_setns_mounts(namespace.raw) == 0 else { throw .call("join the mount namespace of process 1") }
  return true
}
