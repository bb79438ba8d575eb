internal import ByteText
internal import FoundationEssentials
internal import Glibc
public import Host
internal import Linux

/// The services of snaps in the sessions of users (`daemon-scope: user`), as the daemon has to do with them.
///
/// The daemon writes down what there is; the agent of each session runs it, with the session's systemd or by itself. What
/// an agent cannot do is told as a ``Failure`` and never thrown: a user's session is the user's, and no change of the
/// system depends on it.
public struct UserServices: Sendable {
  private let directories: Directories
  private let agents: SessionAgentClient

  public init(directories: Directories) {
    self.directories = directories
    agents = SessionAgentClient(directories: directories)
  }

  /// Whose sessions.
  public enum Users: Hashable, Sendable {
    case all
    case only(Set<UInt32>)

    var identifiers: Set<UInt32>? {
      switch self {
      case .all: nil
      case .only(let users): users
      }
    }
  }

  /// What was not done in one session.
  public struct Failure: Error, Hashable, Sendable, CustomStringConvertible {
    public enum Action: String, Hashable, Sendable {
      case start, stop, restart, reload
      case status = "look at"
    }

    public var uid: UInt32
    public var action: Action
    /// The unit; nil when nothing at all was done in the session.
    public var service: String?
    public var reason: String

    public var description: String {
      guard let service else { return reason }
      return "cannot \(action.rawValue) service \(service) for user \(uid): \(reason)"
    }
  }

  // MARK: What there is

  /// Makes these the user services of a snap and tells the sessions. Those that are gone are stopped where the agent runs
  /// them. Units for systemd are written by the `ServiceManager`, before this.
  ///
  /// - Parameter services: those of other scopes are passed over.
  public func define(_ services: [ServiceDefinition], of instance: String) throws {
    let services = services.filter { $0.scope == .user }
    let old = try UserServiceRecord.read(instance, directories)
    let names = Set(services.flatMap(\.activeUnits))
    for gone in (old?.services.flatMap(\.activeUnits) ?? []) where !names.contains(gone) { try unlink(gone) }
    let record = UserServiceRecord(services: services, enabled: (old?.enabled ?? []).intersection(names))
    guard try UserServiceRecord.write(record, instance, directories) else { return }
    _ = control(.init(.daemonReload), .all, .restart, timeout: Self.patience)
  }

  /// The units of a snap to start and to enable: the services, or what activates them.
  public func units(of instance: String) throws -> [String] {
    try UserServiceRecord.read(instance, directories)?.services.flatMap(\.activeUnits) ?? []
  }

  /// All services of a snap, activated ones too.
  public func services(of instance: String) throws -> [String] {
    try UserServiceRecord.read(instance, directories)?.services.map(\.name) ?? []
  }

  /// Which units of a snap start with every session.
  public func enabled(of instance: String) throws -> Set<String> {
    try UserServiceRecord.read(instance, directories)?.enabled ?? []
  }

  /// Starts units with every session from now on, or no longer. Running ones are left as they are.
  public func setEnabled(_ enabled: Bool, _ names: [String], of instance: String) throws {
    guard var record = try UserServiceRecord.read(instance, directories) else { return }
    let known = Set(record.services.flatMap(\.activeUnits)).intersection(names)
    record.enabled = enabled ? record.enabled.union(known) : record.enabled.subtracting(known)
    for name in known { if enabled { try link(name) } else { try unlink(name) } }
    if try UserServiceRecord.write(record, instance, directories) {
      _ = control(.init(.daemonReload), .all, .restart, timeout: Self.patience)
    }
  }

  /// What `systemctl --global enable` makes, where there is such a unit.
  private func link(_ name: String) throws {
    guard try Files.status("\(directories.userUnits)/\(name)") != nil else { return }
    let folder = "\(directories.userUnits)/\(Self.target(of: name)).wants"
    try Files.makeDirectories(folder, mode: 0o755)
    try Files.replaceSymlink(
      at: "\(folder)/\(name)", target: directories.stripping("\(directories.userUnits)/\(name)"))
  }

  private func unlink(_ name: String) throws {
    guard UnitName.isValid(name) else { throw ServiceError.invalidName(name) }
    let path = "\(directories.userUnits)/\(Self.target(of: name)).wants/\(name)"
    if Glibc.unlink(path) != 0, errno != ENOENT, errno != ENOTDIR {
      throw SyscallError("remove", path: path, errno: errno)
    }
  }

  private static func target(of name: String) -> String {
    if name.hasByteSuffix(".socket") { return "sockets.target" }
    return name.hasByteSuffix(".timer") ? "timers.target" : "default.target"
  }

  // MARK: Sessions

  /// How long sessions may take for what needs no service to do anything.
  static let patience = Duration.seconds(10)

  /// Starts units in sessions.
  /// - Parameter enable: also whenever these users' sessions begin.
  public func start(_ names: [String], users: Users, enable: Bool = false, within timeout: Duration) -> [Failure] {
    guard !names.isEmpty else { return [] }
    return control(.init(.start, services: names, enable: enable), users, .start, timeout: timeout)
  }

  /// Stops units in sessions.
  public func stop(_ names: [String], users: Users, disable: Bool = false, within timeout: Duration) -> [Failure] {
    guard !names.isEmpty else { return [] }
    return control(.init(.stop, services: names, disable: disable), users, .stop, timeout: timeout)
  }

  /// Restarts units in sessions, or has those that can read their configuration again.
  ///
  /// - Parameter named: those that are started when they are down; the others stay so.
  public func restart(
    _ names: [String], startingDown named: [String], reload: Bool, users: Users, within timeout: Duration
  ) -> [Failure] {
    guard !names.isEmpty else { return [] }
    var instruction = AgentInstruction(reload ? .reload : .restart, services: names)
    instruction.explicit = named
    return control(instruction, users, reload ? .reload : .restart, timeout: timeout)
  }

  /// How units are in one user's session; nil when there is no session, or it does not say.
  public func status(_ names: [String], of uid: UInt32) -> [UserServiceStatus]? {
    guard !names.isEmpty, !agents.users([uid]).isEmpty, names.allSatisfy(UnitName.isValid) else { return nil }
    let path = "/v1/service-status?services=" + names.map { PercentCoding.encode($0) }.joined(separator: ",")
    let answers = agents.ask([uid], "GET", path, timeout: Self.patience)
    return answers[uid].flatMap { SessionAgentClient.decode($0, as: [UserServiceStatus].self) }
  }

  /// Says in all sessions that a snap cannot be refreshed while it runs.
  public func tell(_ pending: PendingRefresh) {
    _ = agents.ask(
      agents.users(), "POST", "/v1/notifications/pending-refresh", body: pending, timeout: Self.patience)
  }

  /// Says in all sessions that a snap is refreshed.
  public func tell(_ finished: FinishedRefresh) {
    _ = agents.ask(
      agents.users(), "POST", "/v1/notifications/finish-refresh", body: finished, timeout: Self.patience)
  }

  private func control(
    _ instruction: AgentInstruction, _ users: Users, _ action: Failure.Action, timeout: Duration
  ) -> [Failure] {
    let present = agents.users(users.identifiers)
    let answers = agents.ask(present, "POST", "/v1/service-control", body: instruction, timeout: timeout)
    // Who was named is expected to be there.
    var failures =
      users.identifiers?.subtracting(present).sorted().map {
        Failure(uid: $0, action: action, service: nil, reason: "cannot find a session agent of user \($0)")
      } ?? []
    for (uid, answer) in answers.sorted(by: { $0.key < $1.key }) {
      switch answer {
      case .done: break
      case .failed(let reason): failures.append(Failure(uid: uid, action: action, service: nil, reason: reason))
      case .refused(let error):
        let lists: [(Failure.Action, [String: String]?)] = [
          (.start, error.value?.start), (.stop, error.value?.stop), (action, error.value?.restart),
        ]
        let told = lists.flatMap { action, list in
          (list ?? [:]).sorted { $0.key < $1.key }.map {
            Failure(uid: uid, action: action, service: $0.key, reason: $0.value)
          }
        }
        failures +=
          told.isEmpty
          ? [
            Failure(
              uid: uid, action: action, service: nil,
              reason: "cannot ask the session agent of user \(uid): \(error.message)")
          ] : told
      }
    }
    return failures
  }
}
