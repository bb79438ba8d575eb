internal import Snap
internal import State

/// What a task about one alias is told.
struct AliasSetup: Codable, Sendable {
  let instance: InstanceName
  let alias: AliasName
  /// The app's name; empty where an alias is removed.
  var target = ""
}

/// `alias`: a person's alias for an app.
struct AddAlias: TaskHandler {
  static let kind: TaskKind = "alias"
  let manager: SnapManager

  func `do`(_ setup: AliasSetup, in context: TaskContext) async throws -> TaskOutcome {
    guard let record = context.store.read({ $0[snap: setup.instance] }) else {
      throw Refusal.notInstalled(setup.instance)
    }
    let before = record.aliases
    try context.rememberAliases(before)
    let info = try manager.infos.info(of: setup.instance, record.current)
    let aliases = try before.adding(setup.alias, for: setup.target, of: info)
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
