internal import Snap
internal import State

/// `unlink-current-snap`: the revision in use becomes unavailable, so that its data can be copied at rest.
struct UnlinkCurrentSnap: TaskHandler {
  static let kind: TaskKind = "unlink-current-snap"
  let manager: SnapManager

  func `do`(_ setup: SnapSetup, in context: TaskContext) async throws -> TaskOutcome {
    // In this order: a launch that is under way is waited for and seen as running, a later one sees the hint.
    try manager.inhibit(setup.instance, for: setup.purpose)
    if !setup.ignoreRunning {
      try manager.refuseWhileRunning(setup.instance, but: manager.enduringServices(over: setup))
    }
    context.checkpoint("inhibited")
    try manager.links(of: setup.instance).unlink(
      isReplaced: true, keeping: manager.enduringDefinitions(over: setup))
    context.atCompletion { [configuration = manager.configuration] state in
      guard let current = state[snap: setup.instance]?.current else { return }
      state[snap: setup.instance]?.active = false
      configuration.keep(setup.instance, for: current, in: &state)
    }
    return .done
  }

  func undo(_ setup: SnapSetup, in context: TaskContext) async throws -> TaskOutcome {
    if let state = context.store.read({ $0[snap: setup.instance] }) {
      let remarks = try manager.link(setup.instance, state.current, snapID: state.snapID, flags: state.flags)
      for remark in remarks { context.log(remark) }
    }
    try manager.allow(setup.instance)
    context.atCompletion { state in state[snap: setup.instance]?.active = true }
    return .done
  }
}
