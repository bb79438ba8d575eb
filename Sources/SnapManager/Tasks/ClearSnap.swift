internal import Snap
internal import State

/// `clear-snap`: the data of one revision is gone. From here on the removal goes forward only.
struct ClearSnap: TaskHandler, IrreversibleTask {
  static let kind: TaskKind = "clear-snap"
  let manager: SnapManager

  func `do`(_ setup: SnapSetup, in context: TaskContext) async throws -> TaskOutcome {
    try manager.data(of: setup.instance).remove(setup.revision)
    return .done
  }
}
