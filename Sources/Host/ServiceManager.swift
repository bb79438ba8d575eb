/// What keeps services running on this machine.
///
/// There are two: systemd, reached over its bus, and the supervisor inside the daemon for machines without it.
/// One suite of tests holds both to the same behaviour. Units are named as systemd names them
/// (`snap.<instance>.<app>.service`). All calls block the calling thread until what they ask for is done.
public protocol ServiceManager: Sendable {
  /// `systemd` or `supervisor`.
  var name: String { get }

  /// Keeps a mount for the next start of the machine. The mounting itself is done directly
  /// (`Linux.Mounts`), and nothing waits here for a service manager.
  /// - Throws: `ServiceError` naming the unit.
  func setMountUnit(_ unit: MountUnit) throws
  /// Forgets a mount. One that is not known is fine.
  func removeMountUnit(instance: String, revision: String) throws
  /// The mounts that are kept, for mounting all of them when nothing else does it at the start of the machine.
  func mountUnits() throws -> [MountUnit]

  /// Makes these the services of a snap: writes what is new or changed, forgets the others. Running services
  /// are not touched: callers stop a service before they forget it.
  func setServices(_ services: [ServiceDefinition], of instance: String) throws
  /// The services of a snap, by name.
  func services(of instance: String) throws -> [String]

  /// Starts units in their order and waits until each is up; one that is up already is fine.
  func start(_ names: [String]) throws
  /// Stops units, against their order, and waits. One that is down already is fine.
  func stop(_ names: [String]) throws
  /// Stops what is up, and starts all.
  func restart(_ names: [String]) throws
  /// Runs the reload command of what is up; a service without one, or not up, is restarted.
  func reload(_ names: [String]) throws
  /// Starts units with the machine from now on.
  func enable(_ names: [String]) throws
  /// Starts units with the machine no longer; running ones go on.
  func disable(_ names: [String]) throws
  /// How units are, in the order asked for. One that is unknown is reported as not installed.
  func status(_ names: [String]) throws -> [ServiceStatus]
  /// Sends a signal to all processes of units.
  func kill(_ names: [String], signal: Int32) throws

  /// The last lines of the logs of services, oldest first.
  /// - Parameter last: how many lines over all of them; `nil` for all that is kept.
  func logs(_ names: [String], last: Int?) throws -> [LogEntry]

  /// The last lines of the logs of services, and then each that is written from now on, in the order of time as far as
  /// it is known. It returns when nobody wants more.
  /// - Parameters:
  ///   - last: how many lines of before to begin with, over all of the services; `nil` for all that is kept.
  ///   - isWanted: asked before each line, and several times a second while there is none.
  ///   - body: takes one line. While it does not return, lines wait in the log itself, not in memory.
  /// - Throws: what `body` throws, and what `logs` does.
  func followLogs(
    _ names: [String], last: Int?, while isWanted: @Sendable () -> Bool, _ body: (LogEntry) throws -> Void) throws
}

/// How a unit is at a moment.
public struct ServiceStatus: Hashable, Sendable {
  /// Systemd's words for what a unit is doing (`ActiveState`).
  public enum Activity: String, Hashable, Sendable {
    case inactive, activating, active, reloading, deactivating, failed
  }

  /// The name of the unit.
  public var name: String
  /// Whether the manager knows the unit at all.
  public var isInstalled: Bool
  public var activity: Activity
  /// Whether it starts with the machine.
  public var isEnabled: Bool
  /// The main process; nil when none runs.
  public var mainPID: Int32?
  /// The status that the main process last ended with, when it exited by itself.
  public var exitStatus: Int32?
  /// Why it is failed: systemd's words (`exit-code`, `signal`, `timeout`, `watchdog`, `start-limit-hit`).
  public var result: String
  /// What the service says of itself (`STATUS=`).
  public var statusText: String

  /// Whether it is up.
  public var isActive: Bool { activity == .active || activity == .reloading }

  public init(
    name: String, isInstalled: Bool, activity: Activity = .inactive, isEnabled: Bool = false, mainPID: Int32? = nil,
    exitStatus: Int32? = nil, result: String = "success", statusText: String = ""
  ) {
    self.name = name
    self.isInstalled = isInstalled
    self.activity = activity
    self.isEnabled = isEnabled
    self.mainPID = mainPID
    self.exitStatus = exitStatus
    self.result = result
    self.statusText = statusText
  }
}

/// One line that a service wrote.
public struct LogEntry: Hashable, Sendable {
  /// Microseconds since 1970.
  public var microseconds: Int64
  /// `<instance>.<app>`, or what else wrote it.
  public var identifier: String
  /// Who wrote it.
  public var pid: Int32
  public var message: String

  public init(microseconds: Int64, identifier: String, pid: Int32, message: String) {
    self.microseconds = microseconds
    self.identifier = identifier
    self.pid = pid
    self.message = message
  }
}

/// What a service manager could not do.
public enum ServiceError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The manager knows no such unit.
  case unknown(name: String)
  /// A name that cannot be a unit.
  case invalidName(String)
  /// `action` is the verb; `result` is systemd's word for why.
  case failed(action: String, name: String, result: String)
  case timedOut(action: String, name: String)
  /// Files of the manager. `reason` is a whole sentence.
  case files(reason: String)
  /// The manager itself does not answer.
  case unreachable(reason: String)

  public var description: String {
    switch self {
    case .unknown(let name): "cannot find service \(name)"
    case .invalidName(let name): "cannot use \"\(name)\" as the name of a unit"
    case .failed(let action, let name, let result): "cannot \(action) \(name): \(result)"
    case .timedOut(let action, let name): "cannot \(action) \(name): it took too long"
    case .files(let reason): reason
    case .unreachable(let reason): "cannot reach the service manager: \(reason)"
    }
  }
}
