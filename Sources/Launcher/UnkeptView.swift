internal import CLinux

#if hasFeature(Embedded)
  internal import LaunchPlanEmbedded
#else
  internal import LaunchPlan
#endif

/// Builds the view of an app that is launched without privilege, in the user namespace that the process is in, and
/// enters it. Nothing is kept and nothing is locked: both would need a place that is root's. docs/unprivileged.md says
/// what differs.
enum UnkeptView {
  /// What the root of such a view is called in /proc/PID/mountinfo. By this the daemon finds the processes, for which
  /// there is no kept namespace (`SnapManager.processes(of:)`).
  static func mark(_ places: Places, _ instance: String) -> String { "snap-confine:\(places.prefix):\(instance)" }

  static func enter(
    _ places: Places, _ plan: LaunchPlan, _ privileges: Privileges, _ user: borrowing UserPlaces
  ) throws(LaunchError) {
    try places.checkInhibition(plan)
    try releaseNamespaces(places)
    let clones = try Clones(plan.view, user: user)
    // Only a place to hang the view on for a moment. It is there, is root's, and no view shows it.
    let scratch = try places.directory("/var/lib/snapd/launch")
    let view = try View(scratch: scratch, places: places, clones: clones, unkeptFor: plan.instanceName)
    try view.apply(plan, user: user)
    try view.showGrants(plan, privileges, user)
    if privileges.uid != 0 { try view.protect(plan) }
    // No lock is held: once more, as late as can be.
    try places.checkInhibition(plan)
    try view.enter()
  }

  /// The directory of kept namespaces is unbindable, which no clone of what is around it could be made with: the kernel
  /// does not let a user namespace leave out what it was given.
  private static func releaseNamespaces(_ places: Places) throws(LaunchError) {
    let raw = openRaw(atWorkingDirectory, places.prefix + "/run/snapd/ns", flags: pathOfDirectory, walk: .plain)
    guard raw >= 0 else { return }
    let directory = try Descriptor(raw, "open /run/snapd/ns")
    guard try directory.status("/run/snapd/ns").mount_root != 0 else { return }
    guard cl_mount_setattr(directory.raw, CL_AT_EMPTY_PATH, 0, 0, UInt64(CL_MS_PRIVATE)) == 0 else {
      throw .call("set mount flags of /run/snapd/ns")
    }
  }
}

extension View {
  /// Shows what connections grant, before the view becomes the root.
  fileprivate func showGrants(
    _ plan: LaunchPlan, _ privileges: Privileges, _ user: borrowing UserPlaces
  ) throws(LaunchError) {
    let anchors = UserAnchors(uid: user.uid, home: user.home, prefix: places.prefix)
    let granted = GrantedView(
      plan: plan, privileges: privileges, user: anchors, host: host.raw, inside: root.raw)
    try granted.update(from: [], isNew: true) { (_: [Shown]) in }
  }

  /// Makes read-only what would be root's in a view that root builds. Here all of it belongs to the user, whose app
  /// could write in `/dev` or `/home` otherwise.
  fileprivate func protect(_ plan: LaunchPlan) throws(LaunchError) {
    var targets = ["/"]
    for step in plan.view {
      switch step {
      case .tmpfs(let target, let mode, _) where mode & 0o002 == 0: targets.append(target)
      case .baseTree(_, let target, _, _): targets.append(target)
      default: continue
      }
    }
    for target in targets {
      let raw = openInView(target)
      if raw < 0, cl_errno() == CL_LAUNCH_ENOENT { continue }
      let place = try Descriptor(raw, "open \(target) in the view")
      // Something of the plan's may be mounted over it.
      guard cl_launch_filesystem(place.raw) == CL_LAUNCH_TMPFS else { continue }
      try Self.seal(place, target)
    }
  }

  // MARK: What root does in another way

  /// Clones a place without what is mounted below it. In a user namespace the kernel gives all or nothing, so that
  /// nobody sees what a mount hides: then all is cloned, to be covered by ``cover(_:at:)``.
  func cloneAlone(
    _ source: borrowing Descriptor, _ name: String, isWhole: inout Bool
  ) throws(LaunchError) -> Descriptor {
    let raw = cl_open_tree(source.raw, "", Self.cloneFlags([]))
    if raw < 0, isUnkept, cl_errno() == CL_LAUNCH_EINVAL {
      isWhole = true
      return try Descriptor(cl_open_tree(source.raw, "", Self.cloneFlags(.recursive)), "clone \(name)")
    }
    return try Descriptor(raw, "clone \(name)")
  }

  /// Covers what is mounted below a place on the host where the view shows it.
  func cover(_ source: borrowing Descriptor, at target: String) throws(LaunchError) {
    let place = try linkContent(atWorkingDirectory, "/proc/self/fd/\(source.raw)")
    var covered: [String] = []
    for mount in try mountPoints() where isBelow(mount, place) && !covered.contains(where: { isBelow(mount, $0) }) {
      covered.append(mount)
      let rest = mount.utf8.dropFirst(place == "/" ? 0 : place.utf8.count)
      let path = (target == "/" ? "" : target) + String(Substring(rest))
      let raw = openInView(path)
      // Below another mount, where nobody sees it.
      if raw < 0, cl_errno() == CL_LAUNCH_ENOENT || cl_errno() == CL_LAUNCH_ENOTDIR { continue }
      let there = try Descriptor(raw, "open \(path) in the view")
      let attributes = CL_MOUNT_ATTR_RDONLY | CL_MOUNT_ATTR_NOSUID | CL_MOUNT_ATTR_NOEXEC
      let empty: Descriptor
      if try there.status(path).isDirectory {
        empty = try Self.fileSystem("tmpfs", ["mode": "0555"], attributes | CL_MOUNT_ATTR_NODEV)
      } else {
        let null = try Descriptor(openRaw(host.raw, "/dev/null", flags: pathOnly, walk: .plain), "open /dev/null")
        empty = try Descriptor(cl_open_tree(null.raw, "", Self.cloneFlags([])), "clone /dev/null")
        guard cl_mount_setattr(empty.raw, CL_AT_EMPTY_PATH, UInt64(attributes), 0, 0) == 0 else {
          throw .call("set mount flags of /dev/null")
        }
      }
      guard cl_move_mount(empty.raw, there.raw) == 0 else { throw .call("cover \(path) in the view") }
    }
  }

  /// Where something is mounted, outer mounts first (proc_pid_mountinfo(5)).
  private func mountPoints() throws(LaunchError) -> [String] {
    let table = try Descriptor(
      cl_launch_open(atWorkingDirectory, "/proc/self/mountinfo", 0, 0), "open /proc/self/mountinfo")
    var points: [String] = []
    let text = try table.contents(limit: 64 << 20, "/proc/self/mountinfo")
    for line in text.split(separator: UInt8(ascii: "\n")) {
      let fields = line.split(separator: UInt8(ascii: " "), maxSplits: 5)
      guard fields.count == 6 else { continue }
      points.append(Record.unescape(fields[4]))
    }
    points.sort { comesBefore($0, $1) }
    return points
  }

  /// The snap's `/tmp` as root has it, where the user is root and may make it; else ``userTmp(_:_:_:)``.
  func unkeptTmp(_ plan: LaunchPlan, _ uid: UInt32, _ source: String, _ target: String) throws(LaunchError) {
    if uid == 0 {
      do throws(LaunchError) { return try privateTmp(source, target) } catch {}
    }
    try userTmp(plan, uid, target)
  }

  /// A `/tmp` for all processes of the snap that the user runs, in the user's own runtime directory; where there is
  /// none, one for this launch.
  private func userTmp(_ plan: LaunchPlan, _ uid: UInt32, _ target: String) throws(LaunchError) {
    if let directory = runtimeTmp(plan.instanceName, uid) {
      let path = "/run/user/\(uid)/\(Self.tmpName)/snap.\(plan.instanceName)/tmp"
      try show(directory, named: path, at: target, [.private, .noSetUID, .noDevices, .recursive])
      return
    }
    let mount = try Self.fileSystem("tmpfs", ["mode": "1777"], CL_MOUNT_ATTR_NOSUID | CL_MOUNT_ATTR_NODEV)
    try attach(mount, to: target, isDirectory: true)
  }

  /// Where they are in the runtime directory. No view shows it: only `snap.<instance>` of that is shown.
  private static var tmpName: String { "snapd-private-tmp" }

  private func runtimeTmp(_ instance: String, _ uid: UInt32) -> Descriptor? {
    do throws(LaunchError) {
      let path = "/run/user/\(uid)"
      var directory = try Descriptor(
        openRaw(host.raw, path, flags: pathOfDirectory, walk: .plain), "open \(path)")
      guard try isOwn(directory, uid) else { return nil }
      for (name, mode) in [(Self.tmpName, 0o700), ("snap." + instance, 0o700), ("tmp", 0o1777)] as [(String, UInt32)] {
        guard cl_launch_mkdir(directory.raw, name, mode) == 0 || cl_errno() == CL_LAUNCH_EEXIST else { return nil }
        directory = try Descriptor(openRaw(directory.raw, name, flags: pathOfDirectory, walk: .beneath), "open \(name)")
        guard try directory.status(name).uid == uid else { return nil }
      }
      return directory
    } catch { return nil }
  }

  private func isOwn(_ directory: borrowing Descriptor, _ uid: UInt32) throws(LaunchError) -> Bool {
    let status = try directory.status("the runtime directory")
    return status.uid == uid && status.mode & 0o077 == 0
  }
}
