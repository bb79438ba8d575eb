internal import CLinux

#if hasFeature(Embedded)
  internal import LaunchPlanEmbedded
#else
  internal import LaunchPlan
#endif

/// A process beside an app, in its view, that mounts what the app's plan describes and nothing else.
///
/// The app itself can mount nothing: Landlock keeps it from files, which bars mounting, and it has no `cap_sys_admin`.
/// Its mount(2) and umount2(2) come here (seccomp_unotify(2)) and are never let go on to the kernel, which would read
/// the caller's memory again. Each text is copied once; what it leads to is opened, and judged by where that is; the
/// mount is made apart and moved onto the very file that was judged. The plan is read anew for every call, so what was
/// disconnected is over at once. The keeper leaves when no process of the launch is left; when it dies, calls fail as
/// if the kernel had none such.
struct MountKeeper {
  let tag: String
  let listener: Int32
  /// The directory of launch plans.
  let plans: Int32
  /// The host's `/proc`, which is the working directory.
  let processes: Int32

  /// Until the last process of the launch has ended.
  func run() -> Never {
    while true {
      var items = [cl_bus_wait(fd: listener, wanted: Int16(CL_BUS_READABLE), found: 0)]
      guard cl_bus_poll(&items, 1) > 0, Int32(items[0].found) & CL_BUS_READABLE != 0 else { cl_launch_exit(0) }
      var notice = cl_broker_notice()
      // Who was killed meanwhile gets no answer.
      guard cl_broker_receive(listener, &notice) == 0 else { continue }
      var errno: Int32 = 0
      do throws(MountRefusal) { try perform(notice) } catch { errno = error.errno }
      _ = cl_broker_answer(listener, notice.id, errno)
    }
  }

  private func perform(_ notice: cl_broker_notice) throws(MountRefusal) {
    let caller = try MountCaller(notice.process, processes: processes)
    // From here on what was opened is known to be the caller's.
    try check(notice)
    guard try caller.isRoot() else { throw MountRefusal(errno: Int32(CL_LAUNCH_EPERM)) }
    guard let plan = plan() else { throw .notDescribed }
    if notice.call == CL_BROKER_MOUNT {
      let asked = try AskedMount(notice, caller)
      try mount(asked, plan.describedMounts, caller, notice)
    } else {
      try unmount(notice, plan.describedUnmounts, caller)
    }
  }

  /// The call still waits: the caller is alive, and its number is no other's.
  private func check(_ notice: cl_broker_notice) throws(MountRefusal) {
    guard cl_broker_waits(listener, notice.id) == 1 else { throw MountRefusal(errno: Int32(CL_BROKER_ESRCH)) }
  }

  /// What the app is granted now; a plan that is not there, or cannot be read, describes nothing.
  private func plan() -> LaunchPlan? {
    do throws(LaunchError) {
      // The number is the keeper's for as long as it lives: what is closed is a copy.
      let directory = try Descriptor(cl_launch_open(plans, ".", pathOfDirectory, 0), "open the launch plans")
      guard let bytes = try Places(prefix: "").contents(of: tag + ".plan", in: directory, limit: LaunchPlan.Limit.file)
      else { return nil }
      do throws(LaunchPlanError) {
        let plan = try LaunchPlan(decoding: bytes)
        return plan.securityTag == tag && plan.confinement == .strict ? plan : nil
      } catch { return nil }
    } catch { return nil }
  }

  // MARK: Mounting

  private func mount(
    _ asked: AskedMount, _ described: [DescribedMount], _ caller: borrowing MountCaller, _ notice: cl_broker_notice
  ) throws(MountRefusal) {
    // One that is there is not changed or moved, but for what makes it hold more back.
    let isNarrowing = asked.flags.isSuperset(of: [.remount, .bind])
    guard asked.flags.isSubset(of: .known), isNarrowing || asked.flags.isDisjoint(with: [.remount, .move]) else {
      throw .notDescribed
    }
    let target = try caller.place(asked.target, follow: true)
    let here = described.filter { Self.matches($0.target, target.path, isDirectory: target.isDirectory) }
    if isNarrowing {
      let wanted = asked.flags.subtracting([.remount, .bind, .recursive])
      guard here.contains(where: { $0.binds && $0.flags.map { $0.intersection(.attributes) } == wanted }),
        target.status.mount_root != 0
      else { throw .notDescribed }
      try check(notice)
      guard cl_mount_setattr(target.file.raw, CL_AT_EMPTY_PATH, wanted.attributeBits, 0, 0) == 0 else { throw .call() }
    } else if asked.flags.contains(.bind) {
      try bind(asked, here, target, caller, notice)
    } else if !asked.flags.isDisjoint(with: .propagation) {
      let wanted = asked.flags.intersection(MountFlags.propagation.union(.recursive))
      guard asked.flags == wanted,
        here.contains(where: { $0.types.isEmpty && $0.flags?.isSuperset(of: wanted) ?? false }),
        target.status.mount_root != 0
      else { throw .notDescribed }
      try check(notice)
      let depth = CL_AT_EMPTY_PATH | (wanted.contains(.recursive) ? CL_AT_RECURSIVE : 0)
      let kind = wanted.subtracting(.recursive).rawValue
      guard cl_mount_setattr(target.file.raw, depth, 0, 0, kind) == 0 else { throw .call() }
    } else {
      try makeFileSystem(asked, here, target, caller, notice)
    }
  }

  /// Always with the mounts below the source: they may be there to cover something.
  private func bind(
    _ asked: AskedMount, _ here: [DescribedMount], _ target: borrowing FoundPlace, _ caller: borrowing MountCaller,
    _ notice: cl_broker_notice
  ) throws(MountRefusal) {
    let wanted = asked.flags
    let fitting = here.filter { $0.binds && $0.flags.map { $0.subtracting(.propagation) } == wanted }
    guard !fitting.isEmpty else { throw .notDescribed }
    let source = try caller.place(asked.source ?? [], follow: true)
    let rules = fitting.filter { Self.matches($0.source, source.path, isDirectory: source.isDirectory) }
    guard !rules.isEmpty else { throw .notDescribed }
    let flags = CL_OPEN_TREE_CLONE | CL_OPEN_TREE_CLOEXEC | CL_AT_EMPTY_PATH | CL_AT_RECURSIVE
    let clone = try openFile(cl_open_tree(source.file.raw, "", flags))
    let attributes = wanted.attributeBits
    if attributes != 0, cl_mount_setattr(clone.raw, CL_AT_EMPTY_PATH | CL_AT_RECURSIVE, attributes, 0, 0) != 0 {
      throw .call()
    }
    try attach(clone, target, rules, notice)
  }

  private func makeFileSystem(
    _ asked: AskedMount, _ here: [DescribedMount], _ target: borrowing FoundPlace, _ caller: borrowing MountCaller,
    _ notice: cl_broker_notice
  ) throws(MountRefusal) {
    let fitting = here.filter { asked.fits($0) }
    guard !fitting.isEmpty else { throw .notDescribed }
    let source = try asked.source(caller)
    let rules = fitting.filter { Self.matches($0.source, source.path, isDirectory: false) }
    guard !rules.isEmpty else { throw .notDescribed }
    let context = try openFile(withText(asked.type) { cl_fsopen($0) })
    // The device is looked up by its name once more: what was found must be what was judged.
    let name = source.isByNumber ? Array("self/fd/\(source.number)".utf8) : source.path
    try set(context.raw, "source", name)
    for flag in asked.flags.words { guard cl_fsconfig_flag(context.raw, flag) == 0 else { throw .call() } }
    for option in asked.options {
      if let equals = option.firstIndex(of: UInt8(ascii: "=")) {
        let raw = context.raw
        let value = Array(option[(equals + 1)...])
        guard withText(Array(option[..<equals]), { key in withText(value) { cl_fsconfig_string(raw, key, $0) } }) == 0
        else { throw .call() }
      } else {
        let raw = context.raw
        guard withText(option, { cl_fsconfig_flag(raw, $0) }) == 0 else { throw .call() }
      }
    }
    guard cl_fsconfig_create(context.raw) == 0 else { throw .call() }
    // Device nodes and set-user-id programs of a file system that comes from elsewhere have no effect inside.
    let attributes = asked.flags.union([.noSetUID, .noDevices]).attributeBits
    let mount = try openFile(cl_fsmount(context.raw, UInt32(attributes)))
    if source.device != 0, !source.isByNumber, cl_broker_file_system(mount.raw) != source.device {
      throw .notDescribed
    }
    try attach(mount, target, rules, notice)
  }

  private func set(_ context: Int32, _ key: String, _ value: [UInt8]) throws(MountRefusal) {
    guard withText(value, { cl_fsconfig_string(context, key, $0) }) == 0 else { throw .call() }
  }

  /// Puts a mount on the place that was judged, if it is still described there.
  private func attach(
    _ mount: borrowing Descriptor, _ target: borrowing FoundPlace, _ rules: [DescribedMount], _ notice: cl_broker_notice
  ) throws(MountRefusal) {
    try check(notice)
    guard cl_move_mount(mount.raw, target.file.raw) == 0 else { throw .call() }
    // The directory may have had another name by then. Now that something is mounted on it, it keeps its own, once the
    // renames are over that had begun when nothing was.
    awaitRenames(target)
    let isDirectory = target.isDirectory
    let path: [UInt8]
    do throws(MountRefusal) { path = try MountCaller.path(of: mount.raw, processes) } catch { path = [] }
    guard rules.contains(where: { Self.matches($0.target, path, isDirectory: isDirectory) }) else {
      _ = cl_umount("self/fd/\(mount.raw)", Int32(CL_MNT_DETACH))
      throw .notDescribed
    }
  }

  private func awaitRenames(_ target: borrowing FoundPlace) {
    guard target.isDirectory, let slash = target.path.lastIndex(of: UInt8(ascii: "/")) else { return }
    let parent = cl_launch_open(target.file.raw, "..", pathOfDirectory, 0)
    guard parent >= 0 else { return }
    withText(Array(target.path[(slash + 1)...])) { cl_launch_await_renames(parent, $0) }
    _ = cl_close(parent)
  }

  // MARK: Unmounting

  /// umount2(2) takes a path. Where it leads is known: a name that has a mount on it cannot be renamed, and the
  /// directory that it is in is held.
  private func unmount(
    _ notice: cl_broker_notice, _ described: [String], _ caller: borrowing MountCaller
  ) throws(MountRefusal) {
    let flags = notice.arguments.1
    guard flags & ~0xf == 0, let text = try caller.text(notice.arguments.0) else {
      throw MountRefusal(errno: Int32(flags & ~0xf == 0 ? CL_BROKER_EFAULT : CL_LAUNCH_EINVAL))
    }
    let noFollow = UInt64(CL_UMOUNT_NOFOLLOW)
    let (name, parent) = try mountPoint(text, described, caller, follow: flags & noFollow == 0)
    try check(notice)
    guard cl_launch_fchdir(parent) == 0 else { throw .call() }
    let result = withText(name) { cl_umount($0, Int32(flags | noFollow)) }
    let refusal = MountRefusal.call()
    _ = cl_launch_fchdir(processes)
    _ = cl_close(parent)
    if result != 0 { throw refusal }
  }

  /// The directory, which the caller closes, and the name in it. Nothing keeps the mount itself open then: it would be
  /// busy.
  private func mountPoint(
    _ text: [UInt8], _ described: [String], _ caller: borrowing MountCaller, follow: Bool
  ) throws(MountRefusal) -> (name: [UInt8], parent: Int32) {
    let place = try caller.place(text, follow: follow)
    let isDirectory = place.isDirectory
    guard described.contains(where: { Self.matches($0, place.path, isDirectory: isDirectory) }) else {
      throw .notDescribed
    }
    guard place.status.mount_root != 0, let slash = place.path.lastIndex(of: UInt8(ascii: "/")) else {
      throw MountRefusal(errno: Int32(CL_LAUNCH_EINVAL))
    }
    let name = Array(place.path[(slash + 1)...])
    let above = slash == 0 ? [UInt8(ascii: "/")] : Array(place.path[..<slash])
    let flags = UInt64(pathOfDirectory | Int32(CL_LAUNCH_O_CLOEXEC))
    let parent = withText(above) { cl_openat2(atWorkingDirectory, $0, flags, 0, Walk.plain.resolve) }
    guard parent >= 0 else { throw .call() }
    var (mount, other): (UInt64, UInt64) = (0, 0)
    var isRoot: Int32 = 0
    guard cl_broker_mount(place.file.raw, "", &mount, &isRoot) == 0,
      withText(name, { cl_broker_mount(parent, $0, &other, &isRoot) }) == 0, mount == other, isRoot != 0
    else {
      _ = cl_close(parent)
      throw MountRefusal(errno: Int32(CL_LAUNCH_EINVAL))
    }
    return (name, parent)
  }

  // MARK: Patterns

  static func matches(_ pattern: String?, _ text: [UInt8], isDirectory: Bool) -> Bool {
    guard let pattern else { return true }
    let matcher = GlobMatcher(pattern)
    return matcher.matches(text) || isDirectory && matcher.matches(text + [UInt8(ascii: "/")])
  }
}
