internal import Host
internal import Snap
internal import State

/// `service-control`: services are started, stopped or restarted because somebody asked. What was done is not taken
/// back; done twice it is the same, but for a second restart.
struct ServiceControl: TaskHandler, IrreversibleTask {
  static let kind: TaskKind = "service-control"
  let manager: SnapManager

  func `do`(_ action: ServiceAction, in context: TaskContext) async throws -> TaskOutcome {
    let known = try manager.knownServiceUnits(of: action.instance)
    let units = action.services.compactMap { app in known.first { $0.app == app } }
    guard units.count == action.services.count else {
      // The snap was replaced by a revision without the service, or disabled, since somebody asked.
      let gone = action.services.filter { app in !known.contains { $0.app == app } }
      throw ServiceRefusal.notFound(
        snap: action.instance.description, what: "service", app: gone.joined(separator: ", "))
    }
    switch action.verb {
    case .start:
      let wanted = units.flatMap(\.wanted)
      if action.enables { try manager.services.enable(wanted) }
      if !wanted.isEmpty { try manager.services.start(wanted) }
    case .stop:
      if action.disables { try manager.services.disable(units.flatMap(\.wanted)) }
      try manager.stop(units)
    case .restart: try restart(units, action) { try manager.services.restart($0) }
    case .reload: try restart(units, action) { try manager.services.reload($0) }
    }
    try manager.controlInSessions(action, context)
    return .done
  }

  /// What runs is restarted. What is down stays down, unless somebody named it: then it is started, or what starts it.
  private func restart(
    _ units: [ServiceUnits], _ action: ServiceAction, _ restart: ([String]) throws -> Void
  ) throws {
    let status = try manager.status(of: units)
    let running = units.filter { status[$0.service]?.isRunning == true }
    let named = units.filter { unit in action.explicit.contains(unit.app) && !running.contains(unit) }
    if !running.isEmpty { try restart(running.map(\.service)) }
    let wanted = named.flatMap(\.wanted)
    if !wanted.isEmpty { try manager.services.start(wanted) }
  }
}

extension ServiceStatus {
  /// Whether it is up, or on its way, or will be tried again.
  var isRunning: Bool { isActive || activity == .activating }
}
