internal import Snap
internal import State

/// Taking in what became of automatic updates.
extension RefreshManager {
  /// Counts what failed, forgets what succeeded, tells who was told to wait.
  func settleFinished() throws {
    let finished = store.read { state in
      state.changes.filter { change in
        change.kind == Self.changeKind && state.status(of: change.id).isReady
          && state.changeData(Bool.self, ChangeKey.isSettled, of: change.id) != true
      }.map(\.id)
    }
    for change in finished {
      let told = try store.write { state in settle(change, in: &state) }
      for instance in told { snaps.tellFinished(instance) }
    }
  }

  private func settle(_ change: ChangeID, in state: inout State) -> [InstanceName] {
    let isContinued = state.changeData(Bool.self, ChangeKey.isContinued, of: change) ?? false
    var told: [InstanceName] = []
    var failed: [String] = []
    for outcome in snaps.outcomes(of: change, in: state) {
      switch outcome.result {
      case .done:
        state[refreshFailure: outcome.instance] = nil
        state[candidate: outcome.instance] = nil
        if isContinued { told.append(outcome.instance) }
      case .failed(let reason): note(outcome, isByItself: false, reason, &state)
      case .failedByItself(let reason): note(outcome, isByItself: true, reason, &state)
      case .givenUp: continue
      }
      if outcome.result != .done { failed.append(outcome.instance.description) }
    }
    if !failed.isEmpty { state.setChangeData(failed, "refresh-failed", of: change) }
    state.setChangeData(true, ChangeKey.isSettled, of: change)
    return told
  }

  private func note(_ outcome: RefreshOutcome, isByItself: Bool, _ reason: String, _ state: inout State) {
    let before =
      state[refreshFailure: outcome.instance]
      ?? RefreshFailure(revision: outcome.revision, count: 0, lastFailure: state.now, isByItself: false)
    state[refreshFailure: outcome.instance] = before.adding(
      outcome.revision, at: state.now, isByItself: isByItself, reason: reason)
  }
}
