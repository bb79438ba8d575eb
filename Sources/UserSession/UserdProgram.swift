internal import CLinux
internal import Glibc
internal import Host
internal import Linux
internal import SessionAgents
internal import SnapProcesses
internal import Synchronization

/// The program `snap-userd`, as which `snap userd` runs: what a user's session needs of snaps.
public enum UserdProgram {
  /// - Returns: the exit status.
  public static func run(_ arguments: [String]) -> Int32 {
    let session = Session.current()
    do {
      switch Array(arguments.dropFirst()) {
      case []: try serve(session)
      case ["--agent"]: try agent(session)
      case ["--autostart"]: autostart(session)
      default:
        complain("error: cannot read arguments: usage: snap-userd [--agent | --autostart]")
        return 64
      }
      return 0
    } catch {
      complain("error: \(error)")
      return 1
    }
  }

  static func complain(_ text: String) {
    let bytes = Array((text + "\n").utf8)
    bytes.withUnsafeBytes { _ = write(2, $0.baseAddress, $0.count) }
  }

  // MARK: Services on the bus

  /// How long the services stay when nobody calls.
  private static let idle = Duration.seconds(120)

  private static func serve(_ session: Session) throws {
    let processes = SnapProcesses(root: session.directories.root)
    let bus = try SessionBus(session) { processes.owner(of: $0) }
    let callers = SnapCallers()
    let certain = SnapCallers(areCertain: true)
    let launcher = LauncherService(session: session, callers: callers)
    let settings = SettingsService(session: session, callers: callers)
    let desktop = DesktopLauncherService(session: session, callers: certain) { words, extra in
      try session.launch(words, extra: extra)
    }
    try bus.serve(LauncherService.path) { try launcher.answer($0) }
    try bus.serve(SettingsService.path) { try settings.answer($0) }
    try bus.serve(DesktopLauncherService.path) { try desktop.answer($0) }
    // Objects before names: the call that started this program is waiting already.
    try bus.own(LauncherService.interface)
    try bus.own(SettingsService.interface)
    bus.run(idle: idle, stop: stopSignals())
  }

  // MARK: The agent

  private static func agent(_ session: Session) throws {
    let stop = stopSignals()
    let host = Lazily<any SessionServiceHost> {
      if SystemdUserServices.isRunning { return SystemdSession(session) }
      return try SupervisedSession(session)
    }
    // The supervisor starts what is enabled; systemd has done so already.
    if !SystemdUserServices.isRunning { _ = try host.value() }
    let notifications = Mutex<Notifications?>(nil)
    let routes = AgentRoutes(version: version(session), host: { try host.value() }) { notification in
      try notifications.withLock { known in
        do {
          if known == nil { known = try Notifications(session) }
          try known?.show(notification)
        } catch {
          // The bus may be another one next time.
          known = nil
          throw error
        }
      }
    }
    let socket: OwnedFD
    // What made the socket starts us again; if it was us, nobody does.
    var own: String?
    if let given = ListenFDs.take().first {
      socket = OwnedFD(owning: given.descriptor)
    } else {
      let path = "\(session.runtime)/\(SessionAgentClient.socketName)"
      socket = try UnixSockets.listen(path)
      own = path
    }
    let stays = own != nil
    // The bus starts us by this name; it needs nothing more of us, and is not needed.
    try? startThread(named: "bus") {
      guard let bus = try? SessionBus(session), (try? bus.own("io.snapcraft.SessionAgent")) != nil else { return }
      while true { bus.run(idle: .seconds(3600)) }
    }
    AgentServer(socket: socket, routes: routes, uid: session.uid, isBusy: { stays || host.made?.isBusy ?? false })
      .run(idle: .seconds(30), stop: stop)
    if let own { unlink(own) }
  }

  private static func version(_ session: Session) -> String {
    let bytes = (try? Files.read(session.directories.programs + "/info", limit: 4096)) ?? []
    for line in bytes.split(separator: 0x0a) where line.starts(with: "VERSION=".utf8) {
      return String(decoding: line.dropFirst(8), as: UTF8.self)
    }
    return "unknown"
  }

  // MARK: Autostart

  /// What a session begins with. Without systemd nobody has started the agent.
  private static func autostart(_ session: Session) {
    if !SystemdUserServices.isRunning,
      SessionAgentClient(directories: session.directories).users([session.uid]).isEmpty
        || !isAnswered(session)
    {
      do {
        try session.launch([session.directories.snapCommand, "userd", "--agent"])
      } catch {
        complain("cannot start the session agent: \(error)")
      }
    }
    Autostart(session).run(complain)
  }

  private static func isAnswered(_ session: Session) -> Bool {
    let answers = SessionAgentClient(directories: session.directories).ask(
      [session.uid], "GET", "/v1/session-info", timeout: .seconds(5))
    if case .done? = answers[session.uid] { return true }
    return false
  }

  // MARK: Ends

  /// Readable once somebody asks this process to end.
  private static func stopSignals() -> Int32 {
    signal(SIGPIPE, SIG_IGN)
    return cl_session_stop_signals()
  }
}

/// A value that is made when it is first asked for, and again when that failed.
private final class Lazily<Value: Sendable>: Sendable {
  private let make: @Sendable () throws -> Value
  private let known = Mutex<Value?>(nil)

  init(_ make: @escaping @Sendable () throws -> Value) { self.make = make }

  /// What was made so far.
  var made: Value? { known.withLock { $0 } }

  func value() throws -> Value {
    try known.withLock { known in
      if let known { return known }
      let value = try make()
      known = value
      return value
    }
  }
}
