internal import Host
internal import Snap
internal import State

/// `stop-snap-services`: nothing of the snap's services runs while its revision changes.
struct StopSnapServices: TaskHandler {
  static let kind: TaskKind = "stop-snap-services"
  let manager: SnapManager

  func `do`(_ setup: SnapSetup, in context: TaskContext) async throws -> TaskOutcome {
    // What the host runs is asked, not the snap: a broken one can be stopped too.
    let names = try manager.services.services(of: setup.instance.description)
    guard !names.isEmpty else { return .done }
    // Remembered before anything is stopped: a repeat would see everything stopped.
    let before: Before
    if let known = context.recall(Before.self, "before") {
      before = known
    } else {
      let status = try manager.services.status(names)
      before = Before(
        active: status.filter(\.isActive).map(\.name), enabled: status.filter(\.isEnabled).map(\.name))
      try context.remember(before, as: "before")
    }
    let disabled = names.filter { !before.enabled.contains($0) }
    try manager.services.stop(names)
    context.atCompletion { state in state[snap: setup.instance]?.disabledServices = disabled }
    return .done
  }

  func undo(_ setup: SnapSetup, in context: TaskContext) async throws -> TaskOutcome {
    guard let before = context.recall(Before.self, "before") else { return .done }
    let known = Set(try manager.services.services(of: setup.instance.description))
    let (enabled, active) = (before.enabled.filter(known.contains), before.active.filter(known.contains))
    if !enabled.isEmpty { try manager.services.enable(enabled) }
    if !active.isEmpty { try manager.services.start(active) }
    return .done
  }

  /// How the services were when the task began. Unlinking the snap forgets which of them were enabled.
  private struct Before: Codable {
    let active: [String]
    let enabled: [String]
  }
}
