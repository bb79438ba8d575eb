internal import Snap
internal import State

extension State {
  /// The change data key under which an operation lists its snaps.
  static let affectedSnaps = "snap-names"

  /// Refuses when an unfinished change works on a snap already. Source: `spec/engine.md`, "Conflict rules".
  func refuseConflicts(with instances: [InstanceName]) throws(Refusal) {
    for change in unreadyChanges {
      let affected = changeData([String].self, State.affectedSnaps, of: change.id) ?? []
      for instance in instances where affected.contains(instance.description) {
        throw .changeInProgress(instance, kind: change.kind)
      }
    }
  }

  /// Whether an unfinished change will make a snap available.
  func isBeingInstalled(_ instance: InstanceName) -> Bool {
    for change in unreadyChanges {
      for task in tasks(of: change.id) where task.kind == LinkSnap.kind {
        guard task.status == .do || task.status == .doing else { continue }
        if let setup = try? task.input(as: SnapSetup.self), setup.instance == instance { return true }
      }
    }
    return false
  }
}
