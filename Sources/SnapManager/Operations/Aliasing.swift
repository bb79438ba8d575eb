public import Snap
public import State

/// Changing aliases by hand, and by a declaration. Source of kinds and texts: `spec/engine.md` §3.
extension SnapManager {
  /// Starts setting up an alias for an app.
  public func alias(_ instance: InstanceName, app: String, as alias: AliasName) throws -> ChangeID {
    try aliasing(instance, "alias", "Setup alias \"\(alias)\" => \"\(app)\" for snap \"\(instance)\"") { _, state in
      state.newTask(
        AddAlias.self, input: AliasSetup(instance: instance, alias: alias, target: app),
        summary: "Setup manual alias \"\(alias)\" => \"\(app)\" for snap \"\(instance)\"", in: nil)
    }
  }

  /// Starts removing an alias that a person made.
  public func unalias(_ alias: String) throws -> ChangeID {
    let owner = store.read { $0.aliasesOfSnaps.first { $0.aliases.targets[alias]?.manual != nil }?.snap }
    guard let owner, let name = try? AliasName(alias) else { throw AliasConflict.unknownManual(alias) }
    return try aliasing(owner, "unalias", "Remove manual alias \"\(alias)\" for snap \"\(owner)\"") { _, state in
      state.newTask(
        RemoveAlias.self, input: AliasSetup(instance: owner, alias: name),
        summary: "Remove manual alias \"\(alias)\" for snap \"\(owner)\"", in: nil)
    }
  }

  /// Starts switching off all aliases of a snap.
  public func disableAliases(of instance: InstanceName) throws -> ChangeID {
    try aliasing(instance, "unalias", "Disable all aliases for snap \"\(instance)\"") { setup, state in
      state.newTask(
        DisableAliases.self, input: setup, summary: "Disable aliases for snap \"\(instance)\"", in: nil)
    }
  }

  /// Starts switching on all aliases of a snap, at the cost of others.
  public func preferAliases(of instance: InstanceName) throws -> ChangeID {
    try aliasing(instance, "prefer", "Prefer aliases of snap \"\(instance)\"") { setup, state in
      state.newTask(
        PreferAliases.self, input: setup, summary: "Prefer aliases for snap \"\(instance)\"", in: nil)
    }
  }

  private func aliasing(
    _ instance: InstanceName, _ kind: String, _ summary: String, _ task: (SnapSetup, inout State) -> TaskID
  ) throws -> ChangeID {
    let change = try store.write(durable: true) { state in
      guard let installed = state[snap: instance] else { throw Refusal.notInstalled(instance) }
      try state.refuseConflicts(with: [instance])
      let setup = SnapSetup(
        instance: instance, revision: installed.current, type: installed.type, base: installed.base,
        flags: installed.flags, purpose: .enable)
      let change = state.newChange(kind: kind, summary: summary)
      state.addTask(task(setup, &state), to: change)
      state.setChangeData([instance.description], State.affectedSnaps, of: change)
      return change
    }
    runner.ensure()
    return change
  }

  /// Lays out what makes automatic aliases follow declarations that have changed: first every snap gives up what it has
  /// lost, then each gets what is new. The reference does this ahead of a refresh of many snaps.
  ///
  /// - Returns: the tasks, for others to wait for; none when nothing has changed.
  public func addAliasUpdates(
    of instances: [InstanceName], to change: ChangeID, in state: inout State
  ) throws -> [TaskID] {
    var pruning: [TaskID] = []
    var refreshing: [TaskID] = []
    for instance in instances {
      guard let installed = state[snap: instance] else { throw Refusal.notInstalled(instance) }
      let (changed, dropped) = try automaticAliasChanges(of: instance, installed)
      if !dropped.isEmpty {
        pruning.append(
          state.newTask(
            PruneAutoAliases.self, input: PrunedAliases(instance: instance, aliases: dropped),
            summary: "Prune automatic aliases for snap \"\(instance)\"", in: change))
      }
      if !changed.isEmpty {
        let setup = SnapSetup(
          instance: instance, revision: installed.current, type: installed.type, base: installed.base,
          flags: installed.flags, purpose: .enable)
        refreshing.append(
          state.newTask(
            RefreshAliases.self, input: setup, summary: "Refresh aliases for snap \"\(instance)\"", in: change))
      }
    }
    for task in refreshing { state.wait(task, for: pruning) }
    return pruning + refreshing
  }
}
