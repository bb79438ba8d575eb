internal import CLinux

#if hasFeature(Embedded)
  internal import LaunchPlanEmbedded
#else
  internal import LaunchPlan
#endif

/// The way on which an app that may mount some things asks for them: mount(2) and umount2(2) of its processes go to
/// ``MountKeeper``, which is started here.
///
/// Only root's launches have one: the kernel lets nobody else mount, and an app cannot become root.
struct MountDoor: ~Copyable {
  private let tag: String
  /// Where the plan is, and all processes are seen: on the host, which the keeper cannot reach by a path.
  private let plans: Descriptor
  private let processes: Descriptor

  /// `cap_sys_admin`, and `cap_sys_ptrace` to read what the texts of a call are.
  private static let capabilities: UInt64 = 1 << 21 | 1 << 19

  /// To be made in the host's mount namespace, with privileges raised; nil when nothing is described.
  static func find(
    plan: LaunchPlan, places: Places, privileges: Privileges
  ) throws(LaunchError) -> MountDoor? {
    guard plan.confinement == .strict, privileges.isRoot, !privileges.isInOwnNamespace,
      !plan.describedMounts.isEmpty || !plan.describedUnmounts.isEmpty
    else { return nil }
    return MountDoor(
      tag: plan.securityTag, plans: try places.directory("/var/lib/snapd/launch"),
      processes: try Descriptor(cl_launch_open(atWorkingDirectory, "/proc", pathOfDirectory, 0), "open /proc"))
  }

  private init(tag: String, plans: consuming Descriptor, processes: consuming Descriptor) {
    self.tag = tag
    self.plans = plans
    self.processes = processes
  }

  /// Leaves a keeper behind in the mount namespace that the process is in.
  ///
  /// - Returns: where it waits for what ``Enforcement`` hands over. The caller closes it.
  func open() throws(LaunchError) -> Int32 {
    var ends: [Int32] = [-1, -1]
    guard cl_broker_channel(&ends) == 0 else { throw .call("make a channel to the keeper of mounts") }
    switch cl_bus_detach() {
    case 0:
      _ = cl_close(ends[1])
      return ends[0]
    case 1: keep(ends[1])
    default: throw .call("start the keeper of mounts")
    }
  }

  /// The detached process: root's in the app's view, with nothing of the launcher's but this.
  private func keep(_ channel: Int32) -> Never {
    guard cl_bus_settle() == 0, cl_bus_keep([channel, plans.raw, processes.raw], 3) == 0, cl_launch_fchdir(5) == 0,
      cl_launch_limit_capabilities(Self.capabilities) == 0, cl_launch_no_new_privileges() == 0,
      cl_launch_set_capabilities(Self.capabilities, Self.capabilities) == 0, cl_broker_hide() == 0,
      cl_broker_confine() == 0
    else { cl_launch_exit(1) }
    let listener = Self.take(from: 3)
    guard listener >= 0 else { cl_launch_exit(0) }
    _ = cl_close(3)
    MountKeeper(tag: tag, listener: listener, plans: 4, processes: 5).run()
  }

  /// Hands mounting to the keeper from now on, for good.
  static func handOver(to channel: Int32) throws(LaunchError) {
    let listener = try Descriptor(cl_broker_filter(), "hand mounts to their keeper")
    var byte: UInt8 = 0
    guard cl_bus_send(channel, &byte, 1, [listener.raw], 1) == 1 else { throw .call("hand mounts to their keeper") }
    _ = cl_close(channel)
  }

  /// What the launcher hands over; -1 when it has ended before.
  private static func take(from channel: Int32) -> Int32 {
    var items = [cl_bus_wait(fd: channel, wanted: Int16(CL_BUS_READABLE), found: 0)]
    guard cl_bus_poll(&items, 1) > 0 else { return -1 }
    var byte: UInt8 = 0
    var count: Int32 = 0
    var descriptors = [Int32](repeating: -1, count: Int(CL_BUS_DESCRIPTORS))
    guard cl_bus_receive(channel, &byte, 1, &descriptors, &count) == 1, count == 1 else { return -1 }
    return descriptors[0]
  }
}
