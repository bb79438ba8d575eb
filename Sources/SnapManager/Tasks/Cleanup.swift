internal import Snap
internal import State

/// `cleanup`: what an operation leaves in passing is tidied away.
struct Cleanup: TaskHandler, IrreversibleTask {
  static let kind: TaskKind = "cleanup"
  let manager: SnapManager

  func `do`(_ setup: SnapSetup, in context: TaskContext) async throws -> TaskOutcome {
    try manager.namespaces.discardStale(setup.instance)
    return .done
  }
}
