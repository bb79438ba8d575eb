internal import CLinux

#if hasFeature(Embedded)
  internal import LaunchPlanEmbedded
#else
  internal import LaunchPlan
#endif

/// Which message buses an app is let to, and the sockets at which it finds them.
///
/// The sockets are in a directory of the user's with a name that cannot be guessed, in a directory of the view that
/// nobody can list: all apps of a snap share the view, and each has grants of its own. Nothing of it is anywhere on the
/// host. Behind a socket is ``BusKeeper``, which starts `xdg-dbus-proxy` at the first connection.
struct BusDoor: ~Copyable {
  /// A bus that is there and of which something is granted.
  struct Bus: Equatable {
    var kind: LaunchPlan.Bus
    /// Where it is on the host, as a D-Bus address.
    var address: String
  }

  /// Where the sockets are in the view.
  static let directory = "/run/snapd-bus"
  /// What looks into messages (xdg-dbus-proxy(1)).
  static let proxy = "/usr/bin/xdg-dbus-proxy"

  private let plan: LaunchPlan
  private let places: Places
  private let privileges: Privileges
  private let buses: [Bus]
  /// The host's mount namespace, in which the bus is.
  private let host: Descriptor
  /// The IPC namespace that the launcher was started in: the app's is nothing to those outside.
  private let objects: Descriptor

  /// To be made in the host's mount namespace, with privileges raised; nil when there is nothing to keep.
  ///
  /// - Throws: when something is granted and nothing is there that enforces it.
  static func find(
    plan: LaunchPlan, places: Places, privileges: Privileges, environment: [[UInt8]]
  ) throws(LaunchError) -> BusDoor? {
    guard plan.confinement == .strict, plan.grants(.system) || plan.grants(.session) else { return nil }
    let buses = try privileges.asUser { () throws(LaunchError) -> [Bus] in
      var found: [Bus] = []
      if plan.grants(.system), let address = systemAddress(prefix: places.prefix) {
        found.append(Bus(kind: .system, address: address))
      }
      // Root has no session, and is nobody to the sessions of others.
      if plan.grants(.session), privileges.uid != 0,
        let address = sessionAddress(environment, prefix: places.prefix, uid: privileges.uid)
      {
        found.append(Bus(kind: .session, address: address))
      }
      if found.isEmpty { return [] }
      var status = cl_launch_status()
      guard cl_launch_status_at(atWorkingDirectory, proxy, 1, &status) == 0, status.isRegular, status.mode & 0o111 != 0
      else {
        throw LaunchError(
          "cannot launch \(plan.securityTag): what it may do on the message bus is enforced by \(proxy), which is not installed"
        )
      }
      return found
    }
    guard !buses.isEmpty else { return nil }
    let objects = try Descriptor(
      cl_launch_open(atWorkingDirectory, "/proc/self/ns/ipc", 0, 0), "open /proc/self/ns/ipc")
    return BusDoor(
      plan: plan, places: places, privileges: privileges, buses: buses, host: try Namespace.own(), objects: objects)
  }

  private init(
    plan: LaunchPlan, places: Places, privileges: Privileges, buses: [Bus], host: consuming Descriptor,
    objects: consuming Descriptor
  ) {
    self.plan = plan
    self.places = places
    self.privileges = privileges
    self.buses = buses
    self.host = host
    self.objects = objects
  }

  // MARK: Addresses

  static func systemAddress(prefix: String) -> String? { socketAddress(prefix + "/run/dbus/system_bus_socket") }

  /// What the user's environment says, if it is an address of a local socket and nothing but that; else the place
  /// where sessions have it.
  static func sessionAddress(_ environment: [[UInt8]], prefix: String, uid: UInt32) -> String? {
    let name = Array("DBUS_SESSION_BUS_ADDRESS=".utf8)
    for variable in environment where variable.starts(with: name) {
      // Several may be given, the first is the one in use; others would be asked for by the proxy as well.
      let first = variable[name.count...].prefix { $0 != UInt8(ascii: ";") }
      let isLocal = first.starts(with: "unix:path=/".utf8) || first.starts(with: "unix:abstract=".utf8)
      guard isLocal, first.count < 512, first.allSatisfy({ $0 > 0x20 && $0 < 0x7f }) else { break }
      return String(decoding: first, as: UTF8.self)
    }
    return socketAddress("\(prefix)/run/user/\(uid)/bus")
  }

  private static func socketAddress(_ path: String) -> String? {
    var status = cl_launch_status()
    guard cl_launch_status_at(atWorkingDirectory, path, 1, &status) == 0, status.mode & fileTypeMask == 0o140000 else {
      return nil
    }
    return "unix:path=" + escaped(path)
  }

  /// A path as addresses spell it (D-Bus specification, "Server Addresses").
  static func escaped(_ path: String) -> String {
    var result: [UInt8] = []
    let digits = Array("0123456789abcdef".utf8)
    for byte in path.utf8 {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "/"),
        UInt8(ascii: "."):
        result.append(byte)
      default: result += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
      }
    }
    return String(decoding: result, as: UTF8.self)
  }

  // MARK: Opening

  /// Makes the sockets in the view, which the process is in, and leaves a keeper behind.
  ///
  /// - Returns: the variables that lead the app to them.
  func open() throws(LaunchError) -> [(String, String)] {
    let run = try Self.writableRun()
    let parent = try Self.parent(in: run.raw)
    let name = Self.randomName()
    let sharesBus = plan.sharesSystemBus && buses.contains { $0.kind == .system }
    let shared = sharesBus ? "\(Self.randomName()).\(cl_launch_pid())" : nil
    let app = try Descriptor(cl_bus_process(cl_launch_pid()), "open the launcher's own process")
    var sockets: [Int32] = []
    defer { for socket in sockets { _ = cl_close(socket) } }
    let own = try privileges.asUser { () throws(LaunchError) -> Descriptor in
      guard cl_launch_mkdir(parent.raw, name, 0o700) == 0 else { throw .call("make a directory in \(Self.directory)") }
      let own = try Descriptor(
        cl_launch_open(parent.raw, name, pathOfDirectory | Int32(CL_LAUNCH_O_NOFOLLOW), 0), "open \(Self.directory)")
      guard cl_launch_fchdir(own.raw) == 0 else { throw .call("enter \(Self.directory)") }
      for bus in buses {
        let socket = cl_bus_listen(bus.kind.name)
        guard socket >= 0 else { throw .call("make the socket of the \(bus.kind.name) bus") }
        sockets.append(socket)
      }
      if let shared {
        let system = LaunchPlan.Bus.system.name
        guard cl_launch_mkdir(parent.raw, shared, 0o700) == 0,
          cl_bus_link(system, parent.raw, "\(shared)/\(system)") == 0
        else { throw .call("make the shared socket in \(Self.directory)") }
      }
      return own
    }
    guard cl_launch_chdir("/") == 0 else { throw .call("go to /") }
    if buses.contains(where: { $0.kind == .system }) {
      try Self.link(shared, in: run.raw, parent: parent.raw)
    }
    switch cl_bus_detach() {
    case 0: break
    case 1: keep(parent.raw, app.raw, own.raw, sockets, name, shared)
    default: throw .call("start the keeper of the message bus")
    }
    return buses.map { ($0.kind.variable, "unix:path=\(Self.directory)/\(name)/\($0.kind.name)") }
  }

  /// Whether nobody but root can change what it holds. The launcher is privileged here, so root is root.
  private static func isRootsOwn(_ directory: borrowing Descriptor) throws(LaunchError) -> Bool {
    let status = try directory.status("/run in the view")
    return status.uid == 0 && status.mode & 0o022 == 0
  }

  private static func randomName() -> String {
    var random = [UInt8](repeating: 0, count: 16)
    cl_bus_random(&random)
    var name = ""
    for byte in random { name += (byte < 16 ? "0" : "") + String(byte, radix: 16) }
    return name
  }

  /// The view's `/run`, through a mount that is nowhere and can be written.
  private static func writableRun() throws(LaunchError) -> Descriptor {
    let run = try Descriptor(openRaw(atWorkingDirectory, "/run", flags: pathOfDirectory, walk: .plain), "open /run")
    guard cl_launch_filesystem(run.raw) == CL_LAUNCH_TMPFS, try Self.isRootsOwn(run) else {
      throw LaunchError("cannot make the socket of the message bus: /run is not the view's own")
    }
    let clone = try Descriptor(cl_open_tree(run.raw, "", View.cloneFlags([])), "clone /run")
    guard
      cl_mount_setattr(clone.raw, CL_AT_EMPTY_PATH, 0, UInt64(CL_MOUNT_ATTR_RDONLY), UInt64(CL_MS_PRIVATE)) == 0
    else { throw .call("clone /run") }
    return clone
  }

  /// Where each user can make a directory and nobody can see what is there, root without capabilities included. In
  /// the view, which is read-only there, nobody can even make one.
  private static func parent(in run: Int32) throws(LaunchError) -> Descriptor {
    let name = lastName(of: directory)
    guard cl_launch_mkdir(run, name, 0o333) == 0 || cl_errno() == CL_LAUNCH_EEXIST else {
      throw .call("make \(directory)")
    }
    let parent = try Descriptor(
      cl_launch_open(run, name, pathOfDirectory | Int32(CL_LAUNCH_O_NOFOLLOW), 0), "open \(directory)")
    let status = try parent.status(directory)
    guard status.uid == 0, status.mode & 0o777 == 0o333 else {
      throw LaunchError("cannot trust \(directory): it is not as the launcher makes it")
    }
    return parent
  }

  /// The place that programs know without being told leads to the socket of a launch, where it is all the same which:
  /// all apps of the snap have the same grants. The first launch has it as long as its process lasts, whose number is in
  /// the name: its keeper, which takes the socket away, may come to know of the end a moment later. The link leads to
  /// another name of the socket, which the keeper takes away when grants come to differ; it does not tell the launch's
  /// own.
  private static func link(_ name: String?, in run: Int32, parent: Int32) throws(LaunchError) {
    let link = "system_bus_socket"
    guard cl_launch_mkdir(run, "dbus", 0o755) == 0 || cl_errno() == CL_LAUNCH_EEXIST else {
      throw .call("make /run/dbus in the view")
    }
    let place = try Descriptor(
      cl_launch_open(run, "dbus", pathOfDirectory | Int32(CL_LAUNCH_O_NOFOLLOW), 0), "open /run/dbus in the view")
    // What a grant has mounted there stays.
    guard try isRootsOwn(place), cl_launch_filesystem(place.raw) == CL_LAUNCH_TMPFS else { return }
    var status = cl_launch_status()
    let isThere = cl_launch_status_at(place.raw, link, 0, &status) == 0
    if isThere, !status.isSymlink { return }
    guard let name else {
      if isThere { _ = cl_launch_unlink(place.raw, link) }
      return
    }
    if isThere {
      let target = try linkContent(place.raw, link).split(separator: "/").suffix(2).joined(separator: "/")
      if Self.isKept(target), cl_launch_status_at(parent, target, 0, &status) == 0 { return }
    }
    guard cl_launch_symlink("\(directory)/\(name)/\(LaunchPlan.Bus.system.name)", place.raw, "." + name) == 0,
      cl_launch_rename(place.raw, "." + name, link) == 0
    else { throw .call("make /run/dbus/\(link) in the view") }
  }

  /// Whether the process for which a shared socket (`NAME.PROCESS/system`) was made is still there.
  private static func isKept(_ target: String) -> Bool {
    let name = target.utf8.prefix { $0 != UInt8(ascii: "/") }
    guard let dot = name.lastIndex(of: UInt8(ascii: ".")),
      let process = Int32(String(Substring(name[name.index(after: dot)...])))
    else { return false }
    return cl_bus_runs(process) == 1
  }

  /// The detached process: the user's, on the host, with nothing of the launcher's but this.
  private func keep(_ parent: Int32, _ app: Int32, _ own: Int32, _ sockets: [Int32], _ name: String, _ shared: String?)
    -> Never
  {
    _ = cl_launch_umask(0o077)
    guard cl_bus_settle() == 0, cl_launch_setns_ipc(objects.raw) == 0, cl_launch_setns_mounts(host.raw) == 0,
      cl_launch_fchdir(own) == 0,
      cl_launch_limit_capabilities(0) == 0, cl_launch_no_new_privileges() == 0,
      cl_bus_keep([parent, app] + sockets, 2 + sockets.count) == 0
    else { cl_launch_exit(1) }
    do throws(LaunchError) {
      try privileges.lower()
      try privileges.drop(keeping: 0)
    } catch { cl_launch_exit(1) }
    var kept: [BusKeeper.Socket] = []
    for (index, bus) in buses.enumerated() {
      kept.append(
        BusKeeper.Socket(
          kind: bus.kind, address: bus.address, arguments: plan.arguments(of: bus.kind), listener: Int32(5 + index)))
    }
    let keeper = BusKeeper(
      tag: plan.securityTag, places: places, name: name, shared: shared, parent: 3, app: 4, sockets: kept)
    keeper.run()
  }
}

extension cl_launch_status {
  /// Root's, and nobody else can change it.
  fileprivate var isRootsOwn: Bool { uid == 0 && mode & 0o022 == 0 }
}
