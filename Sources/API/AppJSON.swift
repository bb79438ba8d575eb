public import Time
/// An app of a snap: an element of `GET /v2/apps`, and of a snap's `apps`.
public struct AppJSON: Codable, Hashable, Sendable {
  @OmitEmpty public var snap: String
  @Present public var name: String
  @OmitEmpty public var desktopFile: String
  /// `simple`, `forking`, `oneshot`, `notify`, `dbus`; empty for an app that is no service.
  @OmitEmpty public var daemon: String
  /// `system` or `user`.
  @OmitEmpty public var daemonScope: String
  @OmitEmpty public var enabled: Bool
  @OmitEmpty public var active: Bool
  @OmitEmpty public var commonID: String
  @OmitEmpty public var activators: [AppActivatorJSON]

  public init(snap: String = "", name: String) {
    self.snap = snap
    self.name = name
  }

  /// Whether the app is a service.
  public var isService: Bool { !daemon.isEmpty }

  /// What a list of services notes about it; `-` for nothing.
  public var notes: String {
    let kinds = AppActivatorJSON.Kind.allCases.filter { kind in activators.contains { $0.kind == kind } }
    let notes = (daemonScope == "user" ? ["user"] : []) + kinds.map { "\($0.rawValue)-activated" }
    return notes.isEmpty ? "-" : notes.joined(separator: ",")
  }

  enum CodingKeys: String, CodingKey {
    case snap, name, daemon, enabled, active, activators
    case desktopFile = "desktop-file"
    case daemonScope = "daemon-scope"
    case commonID = "common-id"
  }
}

/// What starts a service: a socket, a timer or a D-Bus name. The reference writes these keys capitalised.
public struct AppActivatorJSON: Codable, Hashable, Sendable {
  /// What `type` says.
  public enum Kind: String, CaseIterable, Sendable {
    case timer, socket
    case bus = "dbus"
  }

  /// The kind, when it is known here.
  public var kind: Kind? { Kind(rawValue: type) }

  /// The socket's name, the service's for a timer, or the name on the bus.
  @Present public var name: String
  /// `socket`, `timer` or `dbus`.
  @Present public var type: String
  @Present public var active: Bool
  @Present public var enabled: Bool

  public init(name: String, type: String, active: Bool, enabled: Bool) {
    self.name = name
    self.type = type
    self.active = active
    self.enabled = enabled
  }

  enum CodingKeys: String, CodingKey {
    case name = "Name"
    case type = "Type"
    case active = "Active"
    case enabled = "Enabled"
  }
}

/// The body of `POST /v2/apps`.
public struct AppInstruction: Codable, Hashable, Sendable {
  /// `start`, `stop` or `restart`.
  @Present public var action: String
  @Present public var names: [String]
  @OmitEmpty public var enable: Bool
  @OmitEmpty public var disable: Bool
  @OmitEmpty public var reload: Bool
  @OmitEmpty public var scope: [String]
  /// `"all"`, `"self"` or a list of names.
  public var users: JSONValue?

  public init(action: String, names: [String]) {
    self.action = action
    self.names = names
  }
}

/// One line of `GET /v2/logs`.
public struct LogJSON: Codable, Hashable, Sendable {
  /// When it was written.
  public var timestamp: Timestamp
  @Present public var message: String
  /// The service's identifier in the log.
  @Present public var sid: String
  @Present public var pid: String

  public init(timestamp: Timestamp, message: String, sid: String, pid: String) {
    self.timestamp = timestamp
    self.message = message
    self.sid = sid
    self.pid = pid
  }
}
