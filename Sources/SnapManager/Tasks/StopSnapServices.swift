internal import Host
internal import Snap
internal import State

/// `stop-snap-services`: nothing of the snap's services runs while its revision changes, but for those that endure.
struct StopSnapServices: TaskHandler {
  static let kind: TaskKind = "stop-snap-services"
  let manager: SnapManager

  func `do`(_ setup: SnapSetup, in context: TaskContext) async throws -> TaskOutcome {
    let units = try manager.knownServiceUnits(of: setup.instance)
    let sessions = try manager.knownSessionUnits(of: setup.instance)
    guard !units.isEmpty || !sessions.isEmpty else { return .done }
    // Remembered before anything is stopped: a repeat would see everything stopped.
    let before: Before
    if let known = context.recall(Before.self, "before") {
      before = known
    } else {
      let status = units.isEmpty ? [:] : try manager.status(of: units)
      before = Before(
        active: status.values.filter(\.isRunning).map(\.name).sorted(),
        enabled: status.values.filter(\.isEnabled).map(\.name).sorted(),
        disabled: try units.filter { !$0.isEnabled(status) }.map(\.app)
          + manager.switchedOffInSessions(sessions, of: setup.instance))
      try context.remember(before, as: "before")
    }
    let enduring = try manager.enduringServices(over: setup)
    try manager.stop(units.filter { !enduring.contains($0.service) })
    manager.stopInSessions(sessions, context)
    let apps = (units + sessions).map(\.app)
    context.atCompletion { state in
      // One that an earlier revision had and this one has not is still known to be switched off.
      let absent = state[snap: setup.instance]?.disabledServices.filter { !apps.contains($0) } ?? []
      state[snap: setup.instance]?.disabledServices = (before.disabled + absent).sorted()
    }
    return .done
  }

  func undo(_ setup: SnapSetup, in context: TaskContext) async throws -> TaskOutcome {
    guard let before = context.recall(Before.self, "before") else { return .done }
    let known = Set(try manager.knownServiceUnits(of: setup.instance).flatMap(\.all))
    let (enabled, active) = (before.enabled.filter(known.contains), before.active.filter(known.contains))
    if !enabled.isEmpty { try manager.services.enable(enabled) }
    if !active.isEmpty { try manager.services.start(active) }
    let sessions = try manager.knownSessionUnits(of: setup.instance).filter { !before.disabled.contains($0.app) }
    try manager.startInSessions(sessions, setup, context)
    return .done
  }

  /// How the units were when the task began. Unlinking the snap forgets which of them were enabled.
  private struct Before: Codable {
    let active: [String]
    let enabled: [String]
    /// The apps whose services somebody had switched off.
    let disabled: [String]
  }
}
