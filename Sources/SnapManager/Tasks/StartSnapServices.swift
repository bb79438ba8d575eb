internal import Host
internal import Snap
internal import State

/// `start-snap-services`: the services of the new revision run, but for those that were switched off before.
struct StartSnapServices: TaskHandler {
  static let kind: TaskKind = "start-snap-services"
  let manager: SnapManager

  func `do`(_ setup: SnapSetup, in context: TaskContext) async throws -> TaskOutcome {
    guard let info = try manager.activeInfo(of: setup.instance) else { return .done }
    let all = manager.serviceUnits(info, in: setup.instance)
    let sessions = manager.sessionUnits(info, in: setup.instance)
    let (off, absent) = try switchedOff(info, all + sessions, setup, context)
    context.atCompletion { state in state[snap: setup.instance]?.disabledServices = absent }
    try await startSystem(all, but: off, setup, context)
    try manager.startInSessions(sessions.filter { !off.contains($0.app) }, setup, context)
    return .done
  }

  private func startSystem(
    _ all: [ServiceUnits], but off: Set<String>, _ setup: SnapSetup, _ context: TaskContext
  ) async throws {
    let units = all.filter { !off.contains($0.app) }
    guard !units.isEmpty else { return }
    if context.recall([String].self, "running") == nil {
      let status = try manager.status(of: all)
      try context.remember(status.values.filter(\.isRunning).map(\.name).sorted(), as: "running")
    }
    let wanted = units.flatMap(\.wanted)
    guard !wanted.isEmpty else { return }
    try manager.services.enable(wanted)
    try manager.services.start(wanted)
    // Over a refresh there is a revision to go back to.
    if setup.purpose == .refresh {
      try await manager.refuseCrashing(wanted.filter { wanted in units.contains { $0.service == wanted } }, context)
    }
  }

  func undo(_ setup: SnapSetup, in context: TaskContext) async throws -> TaskOutcome {
    manager.stopInSessions(try manager.knownSessionUnits(of: setup.instance), context)
    // Without it nothing was started. What endures the operation was running before.
    guard let running = context.recall([String].self, "running") else { return .done }
    let units = try manager.knownServiceUnits(of: setup.instance)
    try manager.stop(units.filter { unit in !unit.all.contains(where: running.contains) })
    return .done
  }

  /// The apps whose services are not started, and those among them that this revision does not have.
  private func switchedOff(
    _ info: SnapInfo, _ units: [ServiceUnits], _ setup: SnapSetup, _ context: TaskContext
  ) throws -> (off: Set<String>, absent: [String]) {
    let disabled = context.store.read { $0[snap: setup.instance]?.disabledServices ?? [] }
    let known = Set(units.map(\.app))
    // Only of a service that is new the snap is asked; later the administrator has the say.
    let old = try setup.previous.map { try manager.infos.info(of: setup.instance, $0) }
    let new = info.apps.filter { app in
      app.daemon != nil && app.installMode == .disable
        && old?.apps.contains { $0.name == app.name && $0.daemon != nil } != true
    }
    return (
      Set(disabled).intersection(known).union(new.map(\.name.description)), disabled.filter { !known.contains($0) }
    )
  }
}
