internal import Snap
internal import State

/// What a `prune-auto-aliases` task is told.
struct PrunedAliases: Codable, Sendable {
  let instance: InstanceName
  let aliases: [String]
}

/// `prune-auto-aliases`: automatic aliases that a snap has lost are gone, so that another snap can have them in the same
/// change.
struct PruneAutoAliases: TaskHandler {
  static let kind: TaskKind = "prune-auto-aliases"
  let manager: SnapManager

  func `do`(_ setup: PrunedAliases, in context: TaskContext) async throws -> TaskOutcome {
    guard let before = context.store.read({ $0[snap: setup.instance]?.aliases }) else { return .done }
    try context.rememberAliases(before)
    let aliases = before.pruned(setup.aliases)
    try manager.showAliases(aliases, of: setup.instance)
    context.atCompletion { state in state[snap: setup.instance]?.aliases = aliases }
    return .done
  }

  func undo(_ setup: PrunedAliases, in context: TaskContext) async throws -> TaskOutcome {
    try manager.restoreAliases(of: setup.instance, in: context)
  }
}
