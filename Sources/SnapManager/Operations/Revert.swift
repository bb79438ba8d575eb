public import Snap
public import State

extension SnapManager {
  /// Starts going back to an installed revision, image and data; by default the one before the current.
  ///
  /// - Parameter flags: replaces how the snap is confined; nil keeps it.
  public func revert(
    _ instance: InstanceName, to revision: Revision? = nil, flags: SnapFlags? = nil, ignoreRunning: Bool = false
  ) throws -> ChangeID {
    // What runs is looked at without the lock; `unlink-current-snap` looks again.
    if !ignoreRunning {
      let (installed, _) = try store.read { try $0.checkRevert(of: instance, to: revision) }
      _ = try refuseRefreshWhileRunning(instance, installed, isAutomatic: false)
    }
    let change = try store.write(durable: true) { state in
      let (installed, target) = try state.checkRevert(of: instance, to: revision)
      let info = try infos.info(of: instance, target)
      var kept = flags ?? installed.flags
      kept.trymode = try isTried(instance, target)
      let setup = SnapSetup(
        instance: instance, revision: target, type: info.type, version: info.version.description, base: info.base,
        flags: kept, ignoreRunning: ignoreRunning, purpose: .revert)
      let change = state.newChange(kind: "revert-snap", summary: "Revert \"\(instance)\" snap")
      try addInstallTasks(setup, to: change, in: state.newLane(), &state)
      state.setChangeData([instance.description], State.affectedSnaps, of: change)
      return change
    }
    runner.ensure()
    return change
  }
}

extension State {
  /// What is installed, and the revision that is gone back to; refusals are in the reference's order.
  fileprivate func checkRevert(
    of instance: InstanceName, to revision: Revision?
  ) throws(Refusal) -> (installed: SnapState, target: Revision) {
    try refuseConflicts(with: [instance])
    guard let installed = self[snap: instance] else { throw .notInstalled(instance) }
    guard let target = revision ?? installed.previous else { throw .nothingToRevertTo(instance) }
    guard target != installed.current else { throw .alreadyOnRevision(instance, target) }
    guard installed.active else { throw .cannotRevertInactive(instance) }
    guard installed.has(target) else { throw .revisionNotInstalled(instance, target) }
    return (installed, target)
  }
}
