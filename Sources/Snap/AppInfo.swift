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
    /// As it was written: a path, an abstract name with `@`, a port, or an address and a port.
    public var listenStream: String
    /// Permission bits of a path.
    public var mode: UInt32?

    public init(name: String, listenStream: String, mode: UInt32?) {
      self.name = name
      self.listenStream = listenStream
      self.mode = mode
    }
  }

  public var name: AppName
  /// The program, relative to the snap, and its fixed arguments; empty for an app that cannot be run.
  public var command = ""
  /// Programs that run before the command, relative to the snap.
  public var commandChain: [String] = []
  /// Nil for an app that is no service.
  public var daemon: Daemon?
  /// `daemon-scope`; without meaning for an app that is no service.
  public var daemonScope: Scope = .system
  /// Run to stop the service, before any signal.
  public var stopCommand: String?
  /// Run to have the service read its configuration again.
  public var reloadCommand: String?
  /// Run after the service has ended, whatever the reason.
  public var postStopCommand: String?
  /// How long a start may take; nil leaves it to the service manager.
  public var startTimeout: Duration?
  /// How long the service has to end before it is killed; nil is 30 seconds.
  public var stopTimeout: Duration?
  /// How often the service has to say that it is well; nil for no watch.
  public var watchdogTimeout: Duration?
  /// How long to wait before a restart; nil is 100 milliseconds.
  public var restartDelay: Duration?
  /// Nil is `on-failure`, and `no` for `oneshot`.
  public var restartCondition: RestartCondition?
  /// Exit statuses that count as success besides 0.
  public var successExitStatus: [Int] = []
  /// A bash completion script, relative to the snap.
  public var completer: String?
  /// Nil is `restart`.
  public var refreshMode: RefreshMode?
  /// Nil is `sigterm-all`.
  public var stopMode: StopMode?
  /// Nil is `enable`.
  public var installMode: InstallMode?
  /// Names of plugs that the app uses; what nobody names, all may use.
  public var plugs: [String] = []
  /// Names of slots that the app offers.
  public var slots: [String] = []
  /// The D-Bus name that a `dbus` service takes when it is ready.
  public var busName: String?
  /// Names of slots whose D-Bus names start the service.
  public var activatesOn: [String] = []
  /// The AppStream id of the app.
  public var commonID: String?
  /// Variables of this app, after those of the snap.
  public var environment: [SnapInfo.Variable] = []
  /// Sockets that start the service.
  public var sockets: [Socket] = []
  /// Services of the snap that start before this one.
  public var after: [AppName] = []
  /// Services of the snap that start after this one.
  public var before: [AppName] = []
  /// When the service is started, in the reference's words for schedules.
  public var timer: String?
  /// The desktop file in the user's data that starts the app with a session.
  public var autostart: String?

  public init(name: AppName) { self.name = name }

  /// A command as words: the program, and the fixed arguments.
  public static func words(of command: String) -> [String] {
    // The characters that commands may have leave nothing to quote: spaces separate.
    command.split(separator: " ").map(String.init)
  }
}
