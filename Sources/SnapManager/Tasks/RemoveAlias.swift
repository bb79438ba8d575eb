internal import Snap
internal import State

/// `unalias`: an alias that a person made is gone; an automatic one of that name is what it says again.
struct RemoveAlias: TaskHandler {
  static let kind: TaskKind = "unalias"
  let manager: SnapManager

  func `do`(_ setup: AliasSetup, in context: TaskContext) async throws -> TaskOutcome {
    // What was hidden by the manual one may be another's by now.
    try manager.changeAliases(of: setup.instance, in: context) { try $0.aliases.removingManual(setup.alias.rawValue) }
  }

  func undo(_ setup: AliasSetup, in context: TaskContext) async throws -> TaskOutcome {
    try manager.restoreAliases(of: setup.instance, in: context)
  }
}
