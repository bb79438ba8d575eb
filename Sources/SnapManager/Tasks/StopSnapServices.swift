internal import Host
internal import Snap
internal import State

/// `stop-snap-services`: nothing of the snap's services runs while its revision changes.
struct StopSnapServices: TaskHandler {
  static let kind: TaskKind = "stop-snap-services"
  let manager: SnapManager

  func `do`(_ setup: SnapSetup, in context: TaskContext) async throws -> TaskOutcome {
    guard let running = try manager.activeInfo(of: setup.instance) else { return .done }
    let names = manager.serviceNames(running, in: setup.instance)
    guard !names.isEmpty else { return .done }
    let status = try manager.services.status(names)
    // Remembered before anything is stopped: a repeat would see everything stopped.
    if context.recall([String].self, "was-active") == nil {
      try context.remember(status.filter(\.isActive).map(\.name), as: "was-active")
    }
    let disabled = status.filter { !$0.isEnabled }.map(\.name)
    try manager.services.stop(names)
    context.atCompletion { state in state[snap: setup.instance]?.disabledServices = disabled }
    return .done
  }

  func undo(_ setup: SnapSetup, in context: TaskContext) async throws -> TaskOutcome {
    let names = context.recall([String].self, "was-active") ?? []
    guard !names.isEmpty else { return .done }
    try manager.services.enable(names)
    try manager.services.start(names)
    return .done
  }
}
