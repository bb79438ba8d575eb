internal import Glibc
internal import Host
internal import InterfaceManager
internal import Interfaces
internal import Linux
internal import Synchronization

/// Hears of the machine's devices on a thread of its own.
///
/// Events come in bursts: they are gathered until it is quiet for a moment, and handed on together. What does not fit
/// the socket is lost; then everything is looked at again.
final class DeviceMonitor: Sendable {
  typealias Events = [(device: HotplugDevice, isGone: Bool)]

  private let hasUdev: Bool
  private let state = Mutex<Listening?>(nil)

  /// The socket, and the pipe whose end stops the thread.
  private final class Listening: Sendable {
    let source: DeviceSource
    let stopRead: OwnedFD
    let stopWrite: Mutex<OwnedFD?>

    init(udev: Bool) throws(SyscallError) {
      source = try DeviceSource(udev: udev)
      var ends: [Int32] = [-1, -1]
      guard pipe(&ends) == 0 else { throw SyscallError("make pipe", errno: errno) }
      for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
      stopRead = OwnedFD(owning: ends[0])
      stopWrite = Mutex(OwnedFD(owning: ends[1]))
    }
  }

  /// How long it has to be quiet, and how long a burst is waited for at most, in milliseconds.
  private static let quiet: Int32 = 200
  private static let burst = Duration.seconds(2)

  init(hasUdev: Bool) { self.hasUdev = hasUdev }

  /// Begins to listen; nothing is handed on yet.
  func open() throws {
    let listening = try Listening(udev: hasUdev)
    state.withLock { $0 = listening }
  }

  /// The devices that are there and may be slots.
  func present() -> [HotplugDevice] {
    DeviceTree.devices(subsystems: InterfaceManager.hotplugSubsystems).map(HotplugDevice.init)
  }

  /// Hands on what happened since ``open()``, and from now on.
  func start(_ handle: @escaping @Sendable (Events) -> Void) throws {
    guard let listening = state.withLock({ $0 }) else { return }
    try startThread(named: "devices") { [self] in
      while let events = next(listening) { if !events.isEmpty { handle(events) } }
    }
  }

  /// Lets the thread end.
  func stop() {
    state.withLock { state in
      state?.stopWrite.withLock { $0 = nil }
      state = nil
    }
  }

  /// Waits for the next burst; nil when it is over.
  private func next(_ listening: Listening) -> Events? {
    var events: Events = []
    var deadline: ContinuousClock.Instant?
    while true {
      var polled = [
        pollfd(fd: listening.source.descriptor, events: Int16(POLLIN), revents: 0),
        pollfd(fd: listening.stopRead.raw, events: Int16(POLLIN), revents: 0),
      ]
      let count = poll(&polled, 2, deadline == nil ? -1 : Self.quiet)
      if polled[1].revents != 0 { return nil }
      if count == 0 { return events }
      guard count > 0 else {
        if errno == EINTR { continue }
        return nil
      }
      do throws(SyscallError) {
        events += try listening.source.read().compactMap(event)
      } catch {
        guard error.errno == ENOBUFS else { return nil }
        events += present().map { ($0, false) }
      }
      let end = deadline ?? ContinuousClock.now + Self.burst
      deadline = end
      if ContinuousClock.now >= end { return events }
    }
  }

  private func event(_ event: Uevent) -> (device: HotplugDevice, isGone: Bool)? {
    switch event.action {
    case "add", "change", "bind": (HotplugDevice(DeviceTree.completed(event)), false)
    case "remove": (HotplugDevice(event), true)
    // A driver that lets go of a device is followed by its removal, if the device goes.
    default: nil
    }
  }
}

extension HotplugDevice {
  init(_ event: Uevent) {
    self.init(
      devicePath: event.devicePath, subsystem: event.subsystem, node: event.node, properties: event.properties)
  }
}
