/// One app of a snap: a command, or a service. Source of the keys: `spec/features.md` §4.
public struct AppInfo: Sendable {
  /// How a service tells that it has started.
  public enum Daemon: String, Hashable, Sendable { case simple, forking, oneshot, dbus, notify }
  /// Who runs a service.
  public enum Scope: String, Hashable, Sendable { case system, user }
  /// What ends with a refresh.
  public enum RefreshMode: String, Hashable, Sendable {
    case endure, restart
    case ignoreRunning = "ignore-running"
  }
  /// Whether a service starts when it is installed.
  public enum InstallMode: String, Hashable, Sendable { case enable, disable }
  /// How a service is asked to stop.
  public enum StopMode: String, Hashable, Sendable {
    case sigterm, sighup, sigusr1, sigusr2, sigint
    case sigtermAll = "sigterm-all"
    case sighupAll = "sighup-all"
    case sigusr1All = "sigusr1-all"
    case sigusr2All = "sigusr2-all"
    case sigintAll = "sigint-all"
  }
  /// When a service that ended is started again.
  public enum RestartCondition: String, Hashable, Sendable {
    case no, never, always
    case onSuccess = "on-success"
    case onFailure = "on-failure"
    case onAbnormal = "on-abnormal"
    case onAbort = "on-abort"
    case onWatchdog = "on-watchdog"
  }
  /// A socket that starts the service.
  public struct Socket: Hashable, Sendable {
    public var name: String
    public var listenStream: String
    public var mode: UInt32?

    public init(name: String, listenStream: String, mode: UInt32?) {
      self.name = name
      self.listenStream = listenStream
      self.mode = mode
    }
  }

  public var name: AppName
  public var command = ""
  public var commandChain: [String] = []
  /// Nil for an app that is no service.
  public var daemon: Daemon?
  public var daemonScope: Scope = .system
  public var stopCommand: String?
  public var reloadCommand: String?
  public var postStopCommand: String?
  public var startTimeout: Duration?
  public var stopTimeout: Duration?
  public var watchdogTimeout: Duration?
  public var restartDelay: Duration?
  public var restartCondition: RestartCondition?
  public var successExitStatus: [Int] = []
  public var completer: String?
  public var refreshMode: RefreshMode?
  public var stopMode: StopMode?
  public var installMode: InstallMode?
  public var plugs: [String] = []
  public var slots: [String] = []
  public var busName: String?
  public var activatesOn: [String] = []
  public var commonID: String?
  public var environment: [SnapInfo.Variable] = []
  public var sockets: [Socket] = []
  public var after: [AppName] = []
  public var before: [AppName] = []
  public var timer: String?
  public var autostart: String?

  public init(name: AppName) { self.name = name }

  /// A command as words: the program, and the fixed arguments.
  public static func words(of command: String) -> [String] {
    // The characters that commands may have leave nothing to quote: spaces separate.
    command.split(separator: " ").map(String.init)
  }
}
