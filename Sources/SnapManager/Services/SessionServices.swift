internal import ByteText
internal import Glibc
internal import Host
internal import Linux
internal import SessionAgents
internal import Snap
internal import State

/// Services of users' sessions (`daemon-scope: user`). Each session's agent runs them (`SessionAgents`); what one does not do
/// is written into the log of the task and keeps nothing from going on.
extension SnapManager {
  /// How long all sessions together may take to start or to stop services. The reference's.
  static let sessionPatience = Duration.seconds(30)

  /// The units of a snap's services for sessions.
  func sessionUnits(_ info: SnapInfo, in instance: InstanceName) -> [ServiceUnits] {
    info.apps.filter { $0.daemon != nil && $0.daemonScope == .user }.map { ServiceUnits($0, of: instance) }
  }

  /// Those that were written down for the sessions: a broken snap's can be stopped too.
  func knownSessionUnits(of instance: InstanceName) throws -> [ServiceUnits] {
    try units(userServices.services(of: instance.description), of: instance) { sessionUnits($0, in: instance) }
  }

  /// Has services start with every session, and in those that are there.
  func startInSessions(_ units: [ServiceUnits], _ setup: SnapSetup, _ context: TaskContext) throws {
    let wanted = units.flatMap(\.wanted)
    guard !wanted.isEmpty else { return }
    try userServices.setEnabled(true, wanted, of: setup.instance.description)
    for failure in userServices.start(wanted, users: .all, within: Self.sessionPatience) {
      context.log("\(failure)")
    }
  }

  /// Stops services in all sessions; what starts them first.
  func stopInSessions(_ units: [ServiceUnits], _ context: TaskContext) {
    let names = units.flatMap(\.activators) + units.map(\.service)
    for failure in userServices.stop(names, users: .all, within: Self.sessionPatience) { context.log("\(failure)") }
  }

  /// The apps of these units that somebody had switched off for all sessions.
  func switchedOffInSessions(_ units: [ServiceUnits], of instance: InstanceName) throws -> [String] {
    guard !units.isEmpty else { return [] }
    let enabled = try userServices.enabled(of: instance.description)
    return units.filter { unit in !unit.isBusActivated && !unit.wanted.contains(where: enabled.contains) }.map(\.app)
  }

  /// What a `service-control` task does in sessions. Here a person asked, so the first failure is the task's.
  func controlInSessions(_ action: ServiceAction, _ context: TaskContext) throws {
    guard let apps = action.sessionServices, !apps.isEmpty else { return }
    let known = try knownSessionUnits(of: action.instance)
    let units = apps.compactMap { app in known.first { $0.app.hasSameBytes(as: app) } }
    guard units.count == apps.count else {
      let gone = apps.filter { app in !known.contains { $0.app.hasSameBytes(as: app) } }
      throw ServiceRefusal.notFound(
        snap: action.instance.description, what: "service", app: gone.joined(separator: ", "))
    }
    let users = action.users.map { UserServices.Users.only(Set($0)) } ?? .all
    let wanted = units.flatMap(\.wanted)
    let failures: [UserServices.Failure]
    switch action.verb {
    case .start:
      if action.enables, users == .all {
        try userServices.setEnabled(true, wanted, of: action.instance.description)
      }
      failures = userServices.start(
        wanted, users: users, enable: action.enables && users != .all, within: Self.sessionPatience)
    case .stop:
      if action.disables, users == .all {
        try userServices.setEnabled(false, wanted, of: action.instance.description)
      }
      failures = userServices.stop(
        units.flatMap(\.activators) + units.map(\.service), users: users,
        disable: action.disables && users != .all, within: Self.sessionPatience)
    case .restart, .reload:
      let named = units.filter { action.explicit.contains($0.app) }.map(\.service)
      failures = userServices.restart(
        units.map(\.service), startingDown: named, reload: action.verb == .reload, users: users,
        within: Self.sessionPatience)
    }
    for failure in failures.dropFirst() { context.log("\(failure)") }
    if let failure = failures.first { throw failure }
  }

  /// The users whose sessions a request means.
  /// - Returns: nil for all of them.
  func users(of request: ServiceRequest, caller: UInt32) throws -> [UInt32]? {
    switch request.users {
    case .all: return nil
    case .own: return [caller]
    // Without a word root means everybody, others themselves.
    case nil: return caller == 0 ? nil : [caller]
    case .named(let names):
      return try names.map { name in
        guard let user = try UserDatabase.user(named: name) else { throw ServiceRefusal.unknownUser(name) }
        return user.uid
      }
    }
  }
}
