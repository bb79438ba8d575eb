internal import Snap
internal import State

/// `unalias`: an alias that a person made is gone; an automatic one of that name is what it says again.
struct RemoveAlias: TaskHandler {
  static let kind: TaskKind = "unalias"
  let manager: SnapManager

  func `do`(_ setup: AliasSetup, in context: TaskContext) async throws -> TaskOutcome {
    guard let before = context.store.read({ $0[snap: setup.instance]?.aliases }) else {
      throw Refusal.notInstalled(setup.instance)
    }
    try context.rememberAliases(before)
    let aliases = try before.removingManual(setup.alias.rawValue)
    // What was hidden by the manual one may be another's by now.
    try context.store.read { try $0.checkAliases(aliases, of: setup.instance) }
    try manager.showAliases(aliases, of: setup.instance)
    let change = context.changeID
    context.atCompletion { state in
      state[snap: setup.instance]?.aliases = aliases
      state.traceAliases(of: setup.instance, from: before, to: aliases, in: change)
    }
    return .done
  }

  func undo(_ setup: AliasSetup, in context: TaskContext) async throws -> TaskOutcome {
    if let before = context.rememberedAliases {
      try manager.restoreAliases(before, of: setup.instance, in: context)
    }
    return .done
  }
}
