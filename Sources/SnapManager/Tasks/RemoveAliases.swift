internal import Snap
internal import State

/// `remove-aliases`: the snap's aliases are not on `PATH`; the record keeps them.
struct RemoveAliases: TaskHandler {
  static let kind: TaskKind = "remove-aliases"
  let manager: SnapManager

  func `do`(_ setup: SnapSetup, in context: TaskContext) async throws -> TaskOutcome {
    try manager.showAliases(of: setup.instance, false, in: context)
  }

  func undo(_ setup: SnapSetup, in context: TaskContext) async throws -> TaskOutcome {
    try manager.showAliases(of: setup.instance, true, in: context)
  }
}
