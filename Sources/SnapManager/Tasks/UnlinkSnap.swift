internal import Snap
internal import State

/// `unlink-snap`: the snap is disabled, on its own or as the first step of its removal.
struct UnlinkSnap: TaskHandler {
  static let kind: TaskKind = "unlink-snap"
  let manager: SnapManager

  func `do`(_ setup: SnapSetup, in context: TaskContext) async throws -> TaskOutcome {
    try manager.inhibit(setup.instance, for: setup.purpose)
    try manager.links(of: setup.instance).unlink()
    context.atCompletion { state in state[snap: setup.instance]?.active = false }
    return .done
  }

  func undo(_ setup: SnapSetup, in context: TaskContext) async throws -> TaskOutcome {
    if let state = context.store.read({ $0[snap: setup.instance] }) {
      // A removal that got as far as clearing the data leaves a snap that works, if an empty one.
      try manager.data(of: setup.instance).create(state.current)
      let remarks = try manager.link(setup.instance, state.current, snapID: state.snapID, flags: state.flags)
      for remark in remarks { context.log(remark) }
    }
    try manager.allow(setup.instance)
    context.atCompletion { state in state[snap: setup.instance]?.active = true }
    return .done
  }
}
