internal import Snap
internal import State

/// `prefer-aliases`: all aliases of a snap are switched on; snaps that have one of them lose all of theirs.
struct PreferAliases: TaskHandler {
  static let kind: TaskKind = "prefer-aliases"
  let manager: SnapManager

  func `do`(_ setup: SnapSetup, in context: TaskContext) async throws -> TaskOutcome {
    let old = context.store.read { $0[snap: setup.instance]?.aliases }
    guard let old else { throw Refusal.notInstalled(setup.instance) }
    var preferred = old
    preferred.autoDisabled = false
    let rivals = try rivals(of: setup.instance, preferred, context)
    let before = Dictionary(uniqueKeysWithValues: rivals.map { ($0.key.description, $0.value) })
    if context.recall([String: SnapAliases].self, Self.others) == nil {
      try context.remember(before, as: Self.others)
    }
    try context.rememberAliases(old)
    for (other, aliases) in rivals { try manager.showAliases(aliases.disabled, of: other) }
    context.checkpoint("others disabled")
    try manager.showAliases(preferred, of: setup.instance)
    let change = context.changeID
    context.atCompletion { [preferred] state in
      for (other, aliases) in rivals {
        state[snap: other]?.aliases = aliases.disabled
        state.traceAliases(of: other, from: aliases, to: aliases.disabled, in: change)
      }
      state[snap: setup.instance]?.aliases = preferred
      state.traceAliases(of: setup.instance, from: old, to: preferred, in: change)
    }
    return .done
  }

  func undo(_ setup: SnapSetup, in context: TaskContext) async throws -> TaskOutcome {
    guard let old = context.rememberedAliases else { return .done }
    let others = context.recall([String: SnapAliases].self, Self.others) ?? [:]
    guard let record = context.store.read({ $0[snap: setup.instance] }) else { return .done }
    var own = old
    own.isPending = record.aliases.isPending
    try manager.showAliases(own, of: setup.instance)
    context.checkpoint("given up")
    var restored: [InstanceName: SnapAliases] = [:]
    for (name, aliases) in others.sorted(by: { $0.key < $1.key }) {
      guard let other = try? InstanceName(name), let present = context.store.read({ $0[snap: other]?.aliases }) else {
        continue
      }
      var back = aliases
      back.isPending = present.isPending
      // Own ones are given up in the same commit, so they are not in the way.
      let conflict = context.store.read { state -> AliasConflict? in
        var state = state
        state[snap: setup.instance]?.aliases = own
        return state.aliasConflict(back, of: other)
      }
      if let conflict {
        context.log("cannot reinstate alias state because of conflicts, disabling: \(conflict)")
        back = back.disabled
      }
      try manager.showAliases(back, of: other)
      restored[other] = back
    }
    context.atCompletion { [own, restored] state in
      state[snap: setup.instance]?.aliases = own
      for (other, aliases) in restored { state[snap: other]?.aliases = aliases }
    }
    return .done
  }

  private static let others = "other-disabled-aliases"

  /// The snaps that have one of the aliases, with what they have.
  private func rivals(
    of instance: InstanceName, _ aliases: SnapAliases, _ context: TaskContext
  ) throws -> [InstanceName: SnapAliases] {
    let state = context.store.read { $0 }
    guard let conflict = state.aliasConflict(aliases, of: instance) else { return [:] }
    guard case .enabledElsewhere(_, let others) = conflict else { throw conflict }
    return others.keys.reduce(into: [:]) { rivals, other in rivals[other] = state[snap: other]?.aliases }
  }
}
