public import Snap
public import State

extension SnapManager {
  /// Starts going back to an installed revision, image and data; by default the one before the current.
  ///
  /// - Parameter flags: replaces how the snap is confined; nil keeps it.
  public func revert(
    _ instance: InstanceName, to revision: Revision? = nil, flags: SnapFlags? = nil, ignoreRunning: Bool = false
  ) throws -> ChangeID {
    let change = try store.write(durable: true) { state in
      try state.refuseConflicts(with: [instance])
      guard let installed = state[snap: instance] else { throw Refusal.notInstalled(instance) }
      // In the reference's order.
      guard let target = revision ?? installed.previous else { throw Refusal.nothingToRevertTo(instance) }
      guard target != installed.current else { throw Refusal.alreadyOnRevision(instance, target) }
      guard installed.active else { throw Refusal.cannotRevertInactive(instance) }
      guard installed.has(target) else { throw Refusal.revisionNotInstalled(instance, target) }
      let info = try infos.info(of: instance, target)
      var kept = flags ?? installed.flags
      kept.trymode = try isTried(instance, target)
      let setup = SnapSetup(
        instance: instance, revision: target, type: info.type, version: info.version.description, base: info.base,
        flags: kept, ignoreRunning: ignoreRunning, purpose: .revert)
      let change = state.newChange(kind: "revert-snap", summary: "Revert \"\(instance)\" snap")
      try addInstallTasks(setup, info, to: change, in: state.newLane(), &state)
      state.setChangeData([instance.description], State.affectedSnaps, of: change)
      return change
    }
    runner.ensure()
    return change
  }
}
