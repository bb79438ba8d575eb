internal import FoundationEssentials

/// What the agent of a session says of itself: `GET /v1/session-info`.
public struct SessionInfo: Codable, Hashable, Sendable {
  public var version: String

  public init(version: String) { self.version = version }
}

/// What is asked with `POST /v1/service-control`. Source: `spec/features.md` §1, "`snap userd`".
public struct AgentInstruction: Codable, Hashable, Sendable {
  public enum Action: String, Codable, Sendable {
    case start, stop, restart
    case reload = "reload-or-restart"
    case daemonReload = "daemon-reload"
  }

  /// An ``Action``, or something that the agent refuses.
  public var action: String
  public var services: [String]
  /// With `restart` and `reload-or-restart`: which of those that are down are started; nil: all.
  public var explicit: [String]?
  /// With `start`: also whenever the session begins from now on.
  public var enable: Bool?
  /// With `stop`: no longer when the session begins.
  public var disable: Bool?

  public init(_ action: Action, services: [String] = [], enable: Bool = false, disable: Bool = false) {
    self.action = action.rawValue
    self.services = services
    explicit = nil
    self.enable = enable ? true : nil
    self.disable = disable ? true : nil
  }

  private enum CodingKeys: String, CodingKey {
    case action, services, enable, disable
    case explicit = "explicit-services"
  }

  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    action = try values.decode(String.self, forKey: .action)
    services = try values.decodeIfPresent([String].self, forKey: .services) ?? []
    explicit = try values.decodeIfPresent([String].self, forKey: .explicit)
    enable = try values.decodeIfPresent(Bool.self, forKey: .enable)
    disable = try values.decodeIfPresent(Bool.self, forKey: .disable)
  }
}

/// How a service of a session is: an element of `GET /v1/service-status`.
public struct UserServiceStatus: Codable, Hashable, Sendable {
  /// The name of the unit.
  public var name: String
  public var installed: Bool
  public var enabled: Bool
  public var active: Bool

  public init(name: String, installed: Bool, enabled: Bool, active: Bool) {
    self.name = name
    self.installed = installed
    self.enabled = enabled
    self.active = active
  }
}

/// A snap that waits for its apps to end before it can be refreshed: `POST /v1/notifications/pending-refresh`.
public struct PendingRefresh: Codable, Hashable, Sendable {
  public var instanceName: String
  /// Nanoseconds until it is refreshed all the same.
  public var timeRemaining: Int64?
  public var busyAppName: String?
  /// The desktop entry of the app, without `.desktop`.
  public var busyAppDesktopEntry: String?

  public init(
    instanceName: String, timeRemaining: Int64? = nil, busyAppName: String? = nil, busyAppDesktopEntry: String? = nil
  ) {
    self.instanceName = instanceName
    self.timeRemaining = timeRemaining
    self.busyAppName = busyAppName
    self.busyAppDesktopEntry = busyAppDesktopEntry
  }

  private enum CodingKeys: String, CodingKey {
    case instanceName = "instance-name"
    case timeRemaining = "time-remaining"
    case busyAppName = "busy-app-name"
    case busyAppDesktopEntry = "busy-app-desktop-entry"
  }
}

/// A snap that somebody waited for is refreshed: `POST /v1/notifications/finish-refresh`.
public struct FinishedRefresh: Codable, Hashable, Sendable {
  public var instanceName: String

  public init(instanceName: String) { self.instanceName = instanceName }

  private enum CodingKeys: String, CodingKey { case instanceName = "instance-name" }
}

/// Why an agent did not do something.
public struct AgentError: Codable, Hashable, Sendable {
  /// What is in `value`, when there is any.
  public enum Kind: String, Codable, Sendable {
    case serviceControl = "service-control"
    case serviceStatus = "service-status"
  }

  /// Which services, and why, by unit.
  public struct Failures: Codable, Hashable, Sendable {
    public var start: [String: String]?
    public var stop: [String: String]?
    public var restart: [String: String]?
    public var status: [String: String]?

    public init(
      start: [String: String]? = nil, stop: [String: String]? = nil, restart: [String: String]? = nil,
      status: [String: String]? = nil
    ) {
      self.start = start
      self.stop = stop
      self.restart = restart
      self.status = status
    }

    private enum CodingKeys: String, CodingKey {
      case start = "start-errors"
      case stop = "stop-errors"
      case restart = "restart-errors"
      case status = "status-errors"
    }
  }

  public var message: String
  public var kind: Kind?
  public var value: Failures?

  public init(message: String, kind: Kind? = nil, value: Failures? = nil) {
    self.message = message
    self.kind = kind
    self.value = value
  }
}

/// The frame around every answer of an agent, that of the daemon's API.
public struct AgentEnvelope<Result: Codable>: Codable {
  public var type: String
  public var status: Int
  public var statusText: String
  public var result: Result?

  private enum CodingKeys: String, CodingKey {
    case type
    case status = "status-code"
    case statusText = "status"
    case result
  }

  public init(status: Int, result: Result?) {
    type = status < 400 ? "sync" : "error"
    self.status = status
    statusText = HTTPMessage.reason(status)
    self.result = result
  }
}

/// Nothing.
public struct AgentNothing: Codable, Hashable, Sendable { public init() {} }
