public import Snap
public import State

extension State {
  /// The change data key under which an operation lists its snaps.
  static let affectedSnaps = "snap-names"
  /// The same for snaps that nobody is told of: others of the change need them, or their aliases alone change.
  static let prerequisiteSnaps = "prerequisite-names"

  /// Refuses when an unfinished change works on a snap already. Source: `spec/engine.md`, "Conflict rules".
  ///
  /// - Parameter own: a change that does not count: what is asked for is asked from within it.
  public func refuseConflicts(with instances: [InstanceName], but own: ChangeID? = nil) throws(Refusal) {
    for change in unreadyChanges where change.id != own {
      let affected =
        (changeData([String].self, State.affectedSnaps, of: change.id) ?? [])
        + (changeData([String].self, State.prerequisiteSnaps, of: change.id) ?? [])
      for instance in instances where affected.contains(instance.description) {
        throw .changeInProgress(instance, kind: change.kind)
      }
    }
  }

  /// Whether an unfinished change will make a snap available, or available again when it is undone.
  func isOnItsWay(_ instance: InstanceName) -> Bool {
    unreadyChanges.contains { change in
      tasks(of: change.id).contains { task in
        guard task.kind == LinkSnap.kind || task.kind == UnlinkCurrentSnap.kind,
          task.kind == LinkSnap.kind ? task.status == .do || task.status == .doing : !task.status.isSettled
        else { return false }
        return (try? task.input(as: SnapSetup.self))?.instance == instance
      }
    }
  }
}

extension Status {
  /// Nothing will come of the task any more: a done one may still be undone.
  fileprivate var isSettled: Bool { self == .undone || self == .hold || self == .error }
}
