internal import Snap
internal import State

extension State {
  /// The change data key under which an operation lists its snaps.
  static let affectedSnaps = "snap-names"

  /// Refuses when an unfinished change works on a snap already. Source: `spec/engine.md`, "Conflict rules".
  func refuseConflicts(with instances: [InstanceName]) throws(Refusal) {
    for change in changes where !change.status.isReady {
      let affected = changeData([String].self, change.id, State.affectedSnaps) ?? []
      for instance in instances where affected.contains(instance.description) {
        throw .changeInProgress(instance, kind: change.kind)
      }
    }
  }

  /// Whether an unfinished change will make a snap available.
  func isBeingInstalled(_ instance: InstanceName) -> Bool {
    changes.contains { change in
      !change.status.isReady
        && tasks(of: change.id).contains { task in
          task.kind == LinkSnap.kind && !task.status.isReady && task.status != .undo && task.status != .undoing
            && (try? task.decodeInput(SnapSetup.self))?.instance == instance
        }
    }
  }
}
