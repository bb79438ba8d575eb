internal import Snap
internal import State

/// `disable-aliases`: all aliases of a snap are switched off; manual ones are gone.
struct DisableAliases: TaskHandler {
  static let kind: TaskKind = "disable-aliases"
  let manager: SnapManager

  func `do`(_ setup: SnapSetup, in context: TaskContext) async throws -> TaskOutcome {
    try manager.changeAliases(of: setup.instance, in: context) { $0.aliases.disabled }
  }

  func undo(_ setup: SnapSetup, in context: TaskContext) async throws -> TaskOutcome {
    try manager.restoreAliases(of: setup.instance, in: context)
  }
}
