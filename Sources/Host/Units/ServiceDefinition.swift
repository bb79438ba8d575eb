/// How a service tells that it has started. The values are those of `daemon:` in `snap.yaml`.
public enum ServiceType: String, Hashable, Sendable, Codable, CaseIterable {
  case simple, forking, oneshot, dbus, notify
}

/// When a service that ended is started again. The values are those of systemd's `Restart=`; `never` of
/// `snap.yaml` is `no`.
public enum RestartCondition: String, Hashable, Sendable, Codable, CaseIterable {
  case no
  case onSuccess = "on-success"
  case onFailure = "on-failure"
  case onAbnormal = "on-abnormal"
  case onAbort = "on-abort"
  case onWatchdog = "on-watchdog"
  case always

  /// - Parameter yaml: the value of `restart-condition:`.
  public init?(yaml: String) {
    self.init(rawValue: yaml == "never" ? "no" : yaml)
  }
}

/// How a service is asked to stop: which signal, and whether every process of it gets the signal.
public struct StopMode: Hashable, Sendable, Codable {
  /// The signal without its prefix, in capitals: `TERM`.
  public enum Signal: String, Hashable, Sendable, Codable, CaseIterable {
    case term = "TERM"
    case hup = "HUP"
    case usr1 = "USR1"
    case usr2 = "USR2"
    case int = "INT"
  }

  /// Which signal is sent.
  public var signal: Signal
  /// Whether all processes get it, rather than the main one alone.
  public var all: Bool

  public init(signal: Signal, all: Bool) {
    self.signal = signal
    self.all = all
  }

  /// - Parameter yaml: the value of `stop-mode:`, for example `sighup-all`.
  public init?(yaml: String) {
    let all = yaml.hasSuffix("-all")
    let name = all ? String(yaml.dropLast(4)) : yaml
    guard name.hasPrefix("sig"), name == name.lowercased(),
      let signal = Signal(rawValue: name.dropFirst(3).uppercased())
    else { return nil }
    self.init(signal: signal, all: all)
  }
}

/// Who runs a service: the machine, or each user's session.
public enum ServiceScope: String, Hashable, Sendable, Codable { case system, user }

/// One service of a snap, as a service manager needs it: pure data, the same for every host.
///
/// The command lines are complete (`/usr/bin/snap run foo.bar`); what runs inside the sandbox is the business of
/// `snap run`. Source of the fields: `spec/features.md` §4 and §7.
public struct ServiceDefinition: Hashable, Sendable, Codable {
  /// One environment variable.
  public struct Variable: Hashable, Sendable, Codable {
    public var name: String
    public var value: String

    public init(_ name: String, _ value: String) {
      self.name = name
      self.value = value
    }
  }

  /// The snap, with its instance key.
  public var instance: String
  /// The app.
  public var app: String
  public var scope = ServiceScope.system
  public var type = ServiceType.simple

  /// The command line, whole.
  public var command: [String]
  /// Run to stop the service, before the stop signal.
  public var stopCommand: [String]?
  /// Run to have the service read its configuration again.
  public var reloadCommand: [String]?
  /// Run after the service has ended, whatever the reason.
  public var postStopCommand: [String]?
  /// Variables beyond the minimum that every service gets.
  public var environment: [Variable] = []
  /// Where the service starts, as seen from the root; it needs not exist.
  public var workingDirectory: String?

  /// The mount unit of the snap's revision.
  public var mountUnit: String?
  /// Units (of any snap) that this one starts after and before.
  public var after: [String] = []
  public var before: [String] = []

  /// `nil`: the reference's default, `on-failure`, or `no` for `oneshot`.
  public var restart: RestartCondition?
  /// `nil`: 100 ms.
  public var restartDelay: Duration?
  /// Exit statuses that count as success besides 0.
  public var successExitStatus: [Int] = []
  /// `nil`: the reference's 30 s.
  public var stopTimeout: Duration?
  /// `nil`: the service manager's default (90 s).
  public var startTimeout: Duration?
  /// How often the service has to say that it is well; `nil` for no watch.
  public var watchdogTimeout: Duration?
  /// `nil`: `TERM` to every process.
  public var stopMode: StopMode?

  /// The D-Bus name that a `dbus` service takes when it is ready.
  public var busName: String?
  /// From -1000 (never killed for memory) to 1000; `nil` leaves it.
  public var oomScoreAdjust: Int?
  /// The control group slice of a quota group.
  public var slice: String?
  /// The journal namespace of a quota group.
  public var logNamespace: String?
  /// The only devices that its processes may open; `nil`: whatever is there.
  public var devices: [ServiceDevice]?
  /// Whole lines that connected interfaces add to `[Service]`.
  public var snippets: [String] = []

  /// Sockets that start it.
  public var sockets: [SocketDefinition] = []
  /// What starts it at times.
  public var timer: TimerDefinition?
  /// D-Bus names whose use starts the service.
  public var activatesOn: [String] = []

  public init(instance: String, app: String, command: [String]) {
    self.instance = instance
    self.app = app
    self.command = command
  }

  /// The name of the unit.
  public var name: String { UnitName.service(instance: instance, app: app) }

  /// What the service is called in logs: `<instance>.<app>`.
  public var identifier: String { "\(instance).\(app)" }

  /// Whether something else than the start of the machine starts it.
  public var isActivated: Bool { !sockets.isEmpty || timer != nil || !activatesOn.isEmpty }

  /// The units to start and to enable for it: its sockets and its timer, when it has any; otherwise itself, unless the use
  /// of a D-Bus name starts it.
  public var activeUnits: [String] { isActivated ? activators : [name] }

  /// The restart condition with the default filled in.
  public var effectiveRestart: RestartCondition { restart ?? (type == .oneshot ? .no : .onFailure) }

  /// The stop timeout with the default filled in.
  public var effectiveStopTimeout: Duration { stopTimeout ?? .seconds(30) }

  /// Whether a finished `oneshot` counts as active until it is stopped.
  public var remainsAfterExit: Bool { type == .oneshot && stopCommand != nil }

  /// Its sockets and its timer.
  public var activators: [String] {
    sockets.map { UnitName.socket(instance: instance, app: app, socket: $0.name) }
      + (timer == nil ? [] : [UnitName.timer(instance: instance, app: app)])
  }

  /// The service and what starts it.
  public var allUnits: [String] { [name] + activators }

  /// The target that starts it with the machine or the session.
  public var wantedBy: String { scope == .system ? "multi-user.target" : "default.target" }
}

/// Places that each user has, in systemd's words (systemd.unit(5), "Specifiers"). Addresses of sockets of user services
/// begin with one.
public enum UserPlace: String, Hashable, Sendable, CaseIterable {
  case home = "%h"
  /// `XDG_RUNTIME_DIR`.
  case runtime = "%t"
}

/// A socket that is open before its service, and starts it.
public struct SocketDefinition: Hashable, Sendable, Codable {
  /// The name in `snap.yaml`, which the service finds in `LISTEN_FDNAMES`.
  public var name: String
  /// A path, an abstract name with `@`, a port, or an address and a port. Variables are already replaced; those of user
  /// services by a ``UserPlace``.
  public var listenStream: String
  /// The permission bits of a path.
  public var mode: UInt32?

  public init(name: String, listenStream: String, mode: UInt32? = nil) {
    self.name = name
    self.listenStream = listenStream
    self.mode = mode
  }
}
