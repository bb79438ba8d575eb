internal import LaunchPlanning
internal import Snap
internal import State

/// `setup-profiles`: everything the launcher enforces for the new revision is compiled and in place.
struct SetupProfiles: TaskHandler {
  static let kind: TaskKind = "setup-profiles"
  let manager: SnapManager

  func `do`(_ setup: SnapSetup, in context: TaskContext) async throws -> TaskOutcome {
    let snapID = setup.tracking?.snapID ?? context.store.read { $0[snap: setup.instance]?.snapID(of: setup.revision) }
    let remarks = try manager.adoptAndWritePlans(
      of: setup.instance, setup.revision, snapID: snapID, flags: setup.flags)
    for remark in remarks { context.log(remark) }
    return .done
  }

  func undo(_ setup: SnapSetup, in context: TaskContext) async throws -> TaskOutcome {
    // Back to what the record says is in use, which this change has not touched yet.
    // A snap that is being enabled has none.
    let state = context.store.read { $0[snap: setup.instance] }
    let remarks =
      if let state, setup.purpose != .enable {
        try manager.adoptAndWritePlans(of: setup.instance, state.current, snapID: state.snapID, flags: state.flags)
      } else {
        try manager.forgetAndRemovePlans(of: setup.instance)
      }
    for remark in remarks { context.log(remark) }
    return .done
  }
}

/// `remove-profiles`: the snap can no longer be launched.
struct RemoveProfiles: TaskHandler {
  static let kind: TaskKind = "remove-profiles"
  let manager: SnapManager

  func `do`(_ setup: SnapSetup, in context: TaskContext) async throws -> TaskOutcome {
    for remark in try manager.forgetAndRemovePlans(of: setup.instance) { context.log(remark) }
    return .done
  }

  func undo(_ setup: SnapSetup, in context: TaskContext) async throws -> TaskOutcome {
    // Where the last revision could not be discarded to the end there is nothing to launch any more.
    guard let record = context.store.read({ $0[snap: setup.instance] }) else { return .done }
    let remarks = try manager.adoptAndWritePlans(
      of: setup.instance, setup.revision, snapID: record.snapID(of: setup.revision), flags: setup.flags)
    for remark in remarks { context.log(remark) }
    return .done
  }
}
