internal import CLinux

#if hasFeature(Embedded)
  internal import LaunchPlanEmbedded
#else
  internal import LaunchPlan
#endif

/// A process beside an app, outside of its sandbox and with its user's rights, that has the app's way to message buses.
///
/// It starts `xdg-dbus-proxy` when the first connection comes (most apps that may talk to a bus never do), carries
/// over what came before the proxy listened, and lets the proxy take the socket's name for all that comes later. It
/// follows the launch plan: a proxy with other grants than the plan's is ended, with all its connections. It leaves,
/// and the proxies with it, when no process of the launch is left. When it dies the proxies do as well.
struct BusKeeper {
  /// One bus, as the app sees it.
  struct Socket {
    let kind: LaunchPlan.Bus
    let address: String
    /// What the proxy lets through; empty: the socket is not there.
    var arguments: [String]
    /// What has the socket's name until a proxy has it; -1: none.
    var listener: Int32
    /// The proxy, once started.
    var process: Int32 = -1
    /// The proxy writes a byte when it listens, and ends when the other end is closed.
    var end: Int32 = -1
    var isReady = false
    /// Connections that wait for the proxy.
    var waiting: [Int32] = []
    var relays: [BusRelay] = []

    init(kind: LaunchPlan.Bus, address: String, arguments: [String], listener: Int32) {
      self.kind = kind
      self.address = address
      self.arguments = arguments
      self.listener = listener
    }

    var isFull: Bool { waiting.count + relays.count >= 64 }
  }

  private let tag: String
  private let places: Places
  private let name: String
  /// The directory in which the system bus's socket has another name, for all apps of the snap; nil: none (any more).
  private var shared: String?
  /// The directory in which the sockets' directory is, which is the working directory.
  private let parent: Int32
  private var app: Int32
  private var watch: Int32 = -1
  private var sockets: [Socket]

  init(
    tag: String, places: Places, name: String, shared: String?, parent: Int32, app: Int32, sockets: [Socket]
  ) {
    self.tag = tag
    self.places = places
    self.name = name
    self.shared = shared
    self.parent = parent
    self.app = app
    self.sockets = sockets
  }

  /// Until the last process of the launch has ended.
  consuming func run() -> Never {
    // What the plan was when the launcher read it may have changed meanwhile.
    follow()
    var items: [cl_bus_wait] = []
    while true {
      items.removeAll(keepingCapacity: true)
      add(app, CL_BUS_READABLE, to: &items)
      add(watch, CL_BUS_READABLE, to: &items)
      for socket in sockets {
        add(socket.isFull ? -1 : socket.listener, CL_BUS_READABLE, to: &items)
        add(socket.end, CL_BUS_READABLE, to: &items)
        for relay in socket.relays { relay.wait(&items) }
      }
      guard cl_bus_poll(&items, items.count) > 0 else { leave() }
      if items[0].found != 0, !findSuccessor() { leave() }
      var position = 2
      for index in sockets.indices {
        let found = (items[position].found, items[position + 1].found)
        position += 2
        carry(index, items, &position)
        if found.0 != 0 { accept(index) }
        if found.1 != 0 { hear(index) }
      }
      if items[1].found != 0 { follow() }
    }
  }

  private func add(_ fd: Int32, _ wanted: Int32, to items: inout [cl_bus_wait]) {
    // A negative number is one that poll(2) skips.
    items.append(cl_bus_wait(fd: fd, wanted: Int16(wanted), found: 0))
  }

  // MARK: Connections

  private mutating func carry(_ index: Int, _ items: [cl_bus_wait], _ position: inout Int) {
    var going: [BusRelay] = []
    for var relay in sockets[index].relays where relay.carry(items, &position) { going.append(relay) }
    sockets[index].relays = going
  }

  private mutating func accept(_ index: Int) {
    while !sockets[index].isFull {
      let client = cl_bus_accept(sockets[index].listener)
      guard client >= 0 else { return }
      if sockets[index].isReady {
        relay(client, index)
        continue
      }
      guard sockets[index].process >= 0 || start(index) else {
        _ = cl_close(client)
        return
      }
      sockets[index].waiting.append(client)
    }
  }

  private mutating func relay(_ client: Int32, _ index: Int) {
    let server = cl_bus_connect(sockets[index].kind.name)
    guard server >= 0 else {
      _ = cl_close(client)
      return
    }
    sockets[index].relays.append(BusRelay(client: client, server: server))
  }

  /// The proxy says that it listens, or has ended.
  private mutating func hear(_ index: Int) {
    var byte: UInt8 = 0
    guard cl_launch_read(sockets[index].end, &byte, 1) == 1 else {
      stop(index)
      listen(index)
      return
    }
    guard !sockets[index].isReady else { return }
    let name = sockets[index].kind.name
    guard cl_launch_rename(atWorkingDirectory, name + ".proxy", name) == 0 else {
      stop(index)
      listen(index)
      return
    }
    sockets[index].isReady = true
    share(index)
    let waiting = sockets[index].waiting
    sockets[index].waiting = []
    for client in waiting { relay(client, index) }
  }

  // MARK: The proxy

  private mutating func start(_ index: Int) -> Bool {
    let socket = sockets[index]
    var ends: [Int32] = [-1, -1]
    guard cl_bus_pipe(&ends) == 0 else { return false }
    let words =
      [BusDoor.proxy, "--fd=3", socket.address, socket.kind.name + ".proxy", "--filter"] + socket.arguments
    let process = withPointers(words) { words in
      withPointers(["PATH=/usr/bin:/bin", "LC_ALL=C"]) { variables in
        cl_bus_start(BusDoor.proxy, words, variables, ends[1])
      }
    }
    _ = cl_close(ends[1])
    guard process >= 0 else {
      _ = cl_close(ends[0])
      return false
    }
    sockets[index].process = process
    sockets[index].end = ends[0]
    return true
  }

  /// Ends the proxy with all connections through it.
  private mutating func stop(_ index: Int) {
    if sockets[index].end >= 0 { _ = cl_close(sockets[index].end) }
    if sockets[index].process >= 0 { cl_bus_end(sockets[index].process) }
    for client in sockets[index].waiting { _ = cl_close(client) }
    for relay in sockets[index].relays.indices { sockets[index].relays[relay].close() }
    sockets[index].end = -1
    sockets[index].process = -1
    sockets[index].isReady = false
    sockets[index].waiting = []
    sockets[index].relays = []
  }

  /// Listens for the next connection, if anything is granted: under the socket's name from one moment to the next.
  private mutating func listen(_ index: Int) {
    if sockets[index].listener >= 0 { _ = cl_close(sockets[index].listener) }
    sockets[index].listener = -1
    let name = sockets[index].kind.name
    _ = cl_launch_unlink(atWorkingDirectory, name + ".proxy")
    guard !sockets[index].arguments.isEmpty else {
      _ = cl_launch_unlink(atWorkingDirectory, name)
      share(index)
      return
    }
    _ = cl_launch_unlink(atWorkingDirectory, name + ".new")
    let listener = cl_bus_listen(name + ".new")
    guard listener >= 0 else { return }
    guard cl_launch_rename(atWorkingDirectory, name + ".new", name) == 0 else {
      _ = cl_close(listener)
      return
    }
    sockets[index].listener = listener
    share(index)
  }

  /// What has the socket's name has the shared one too.
  private func share(_ index: Int) {
    guard let shared, sockets[index].kind == .system else { return }
    let name = LaunchPlan.Bus.system.name
    _ = cl_launch_unlink(parent, "\(shared)/\(name)")
    if !sockets[index].arguments.isEmpty { _ = cl_bus_link(name, parent, "\(shared)/\(name)") }
  }

  /// Other apps of the snap have other grants from now on.
  private mutating func endSharing() -> Bool {
    guard let shared else { return false }
    _ = cl_launch_unlink(parent, "\(shared)/\(LaunchPlan.Bus.system.name)")
    _ = cl_launch_rmdir(parent, shared)
    self.shared = nil
    return true
  }

  // MARK: The plan

  /// Does what the plan says now; no plan, or one that cannot be read, grants nothing.
  private mutating func follow() {
    if watch >= 0 { _ = cl_close(watch) }
    // First watched, then read: no change is missed.
    watch = cl_bus_watch("\(places.prefix)/var/lib/snapd/launch/\(tag).plan")
    var plan: LaunchPlan?
    do throws(LaunchError) { plan = try places.plan(tag) } catch { plan = nil }
    // Others may have come through the shared name, so all connections end with it.
    let isUnshared = plan.map { !$0.sharesSystemBus } ?? true ? endSharing() : false
    for index in sockets.indices {
      let wanted = plan.map { $0.confinement == .strict ? $0.arguments(of: sockets[index].kind) : [] } ?? []
      guard wanted != sockets[index].arguments || isUnshared && sockets[index].kind == .system else { continue }
      sockets[index].arguments = wanted
      stop(index)
      listen(index)
    }
  }

  // MARK: The end

  /// The process that was launched has ended. A service that goes to the background and programs that are left running
  /// are of the launch still: they have its address in their environment.
  private mutating func findSuccessor() -> Bool {
    _ = cl_close(app)
    app = -1
    guard let processes = opened("/proc", Int32(CL_LAUNCH_O_DIRECTORY)) else { return false }
    var names: [String] = []
    do throws(LaunchError) { names = try entries(of: processes, "/proc").map { $0.name } } catch { return false }
    for entry in names {
      guard let process = Int32(entry) else { continue }
      // Opened first: what is found out then is of this process, or it has ended and the next look finds no more.
      let found = cl_bus_process(process)
      guard found >= 0 else { continue }
      if isOfLaunch(entry) {
        app = found
        return true
      }
      _ = cl_close(found)
    }
    return false
  }

  private func isOfLaunch(_ process: String) -> Bool {
    guard let file = opened("/proc/\(process)/environ", 0) else { return false }
    var bytes: [UInt8] = []
    do throws(LaunchError) { bytes = try file.contents(limit: 1 << 20, "environ") } catch { return false }
    let wanted = Array(name.utf8)
    guard bytes.count >= wanted.count else { return false }
    for start in 0...(bytes.count - wanted.count) where bytes[start] == wanted[0] {
      if bytes[start..<(start + wanted.count)].elementsEqual(wanted) { return true }
    }
    return false
  }

  private func opened(_ path: String, _ flags: Int32) -> Descriptor? {
    do throws(LaunchError) {
      return try Descriptor(cl_launch_open(atWorkingDirectory, path, flags, 0), path)
    } catch { return nil }
  }

  private mutating func leave() -> Never {
    for index in sockets.indices {
      sockets[index].arguments = []
      stop(index)
      listen(index)
    }
    _ = endSharing()
    _ = cl_launch_rmdir(parent, name)
    cl_launch_exit(0)
  }
}

/// Words as system calls take them.
func withPointers<T>(
  _ words: [String], _ body: (UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> T
) -> T {
  var text: [UInt8] = []
  var offsets: [Int] = []
  for word in words {
    offsets.append(text.count)
    text += Array(word.utf8)
    text.append(0)
  }
  return text.withUnsafeMutableBytes { text in
    var pointers: [UnsafeMutablePointer<CChar>?] = []
    for offset in offsets {
      pointers.append(text.baseAddress.map { ($0 + offset).assumingMemoryBound(to: CChar.self) })
    }
    pointers.append(nil)
    return body(&pointers)
  }
}
