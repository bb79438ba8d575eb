internal import Snap
internal import State

/// `disable-aliases`: all aliases of a snap are switched off; manual ones are gone.
struct DisableAliases: TaskHandler {
  static let kind: TaskKind = "disable-aliases"
  let manager: SnapManager

  func `do`(_ setup: SnapSetup, in context: TaskContext) async throws -> TaskOutcome {
    guard let before = context.store.read({ $0[snap: setup.instance]?.aliases }) else {
      throw Refusal.notInstalled(setup.instance)
    }
    try context.rememberAliases(before)
    let aliases = before.disabled
    try manager.showAliases(aliases, of: setup.instance)
    let change = context.changeID
    context.atCompletion { state in
      state[snap: setup.instance]?.aliases = aliases
      state.traceAliases(of: setup.instance, from: before, to: aliases, in: change)
    }
    return .done
  }

  func undo(_ setup: SnapSetup, in context: TaskContext) async throws -> TaskOutcome {
    if let before = context.rememberedAliases {
      try manager.restoreAliases(before, of: setup.instance, in: context)
    }
    return .done
  }
}
