public import Snap

/// What is done to services of one snap: the input of a `service-control` task.
public struct ServiceAction: Codable, Equatable, Sendable {
  /// What is done, in the words of the reference's tasks.
  public enum Verb: String, Codable, Sendable {
    case start, stop, restart
    /// Those that can read their configuration again do so; the others are restarted.
    case reload = "reload-or-restart"
  }

  /// Whose services they are.
  public var instance: InstanceName
  public var verb: Verb
  /// The apps, by name.
  public var services: [String]
  /// Those of them that were asked for one by one: they are started even if they are down.
  public var explicit: [String]
  /// The apps that are services of users' sessions; nil for none.
  public var sessionServices: [String]?
  /// In whose sessions; nil for all.
  public var users: [UInt32]?
  /// Whether those that are started also start with the machine from now on.
  public var enables: Bool
  /// Whether those that are stopped don't start with the machine any more.
  public var disables: Bool

  public init(
    instance: InstanceName, verb: Verb, services: [String], explicit: [String] = [], enables: Bool = false,
    disables: Bool = false
  ) {
    self.instance = instance
    self.verb = verb
    self.services = services
    self.explicit = explicit
    self.enables = enables
    self.disables = disables
  }
}

/// What somebody asks to be done to services: `snap start|stop|restart`, `POST /v2/apps`, and `snapctl`'s.
public struct ServiceRequest: Equatable, Sendable {
  /// Who runs the services that are meant.
  public enum Scope: String, CaseIterable, Sendable { case system, user }

  /// Whose sessions are meant.
  public enum Users: Equatable, Sendable {
    case all
    /// Those of the caller.
    case own
    case named([String])
  }

  public var verb: ServiceAction.Verb
  /// Snaps, for all services of theirs, and services, as `snap.app`.
  public var names: [String]
  public var enables: Bool
  public var disables: Bool
  /// Empty when not said.
  public var scopes: Set<Scope>
  /// Nil when not said.
  public var users: Users?

  public init(
    _ verb: ServiceAction.Verb, _ names: [String], enables: Bool = false, disables: Bool = false,
    scopes: Set<Scope> = [], users: Users? = nil
  ) {
    self.verb = verb
    self.names = names
    self.enables = enables
    self.disables = disables
    self.scopes = scopes
    self.users = users
  }
}

/// Why services are not started or stopped. The texts are the reference's, where it has one.
public enum ServiceRefusal: Error, Equatable, Sendable, CustomStringConvertible {
  case snapNotFound(String)
  /// A snap without apps or services; `what` is `app` or `service`.
  case nothing(InstanceName, what: String)
  case notFound(snap: String, what: String, app: String)
  /// A service of another snap, or none.
  case unknown(String)
  case inactive(InstanceName)
  case unknownUser(String)
  case scopeMissing
  case selfIsRoot

  public var description: String {
    switch self {
    case .snapNotFound(let name): "snap \"\(name)\" not found"
    case .nothing(let snap, let what): "snap \"\(snap)\" has no \(what)s"
    case .notFound(let snap, let what, let app): "snap \"\(snap)\" has no \(what) \"\(app)\""
    case .unknown(let name): "unknown service: \"\(name)\""
    case .inactive(let snap): "cannot control services of snap \"\(snap)\": it is disabled"
    case .unknownUser(let name): "unknown user: \"\(name)\""
    case .scopeMissing: "non-root users must specify service scope when targeting user services"
    case .selfIsRoot: "cannot use \"self\" for root user"
    }
  }
}
