internal import Snap
internal import State

/// How the changes of a base and of the snaps that run on it keep out of each other's way. The plans of a snap name
/// the revision of its base, so a snap must not get its plans while the base moves, and be linked after.
extension State {
  /// Whether a task has to wait until tasks of another snap are done. It is asked again whenever a task ends.
  ///
  /// No circle can come of it: `setup-profiles` waits for the `link-snap` of the base, which waits only for snaps that
  /// are past theirs.
  func mustWaitForBase(_ task: TaskRecord) -> Bool {
    switch task.kind {
    case SetupProfiles.kind:
      guard let base = (try? task.input(as: SnapSetup.self))?.requiredBase else { return false }
      return tasks(of: LinkSnap.kind).contains { link in
        !link.status.isReady && (try? link.input(as: SnapSetup.self))?.instance == base
      }
    case LinkSnap.kind:
      guard let setup = try? task.input(as: SnapSetup.self), setup.type.isBase else { return false }
      return unreadyChanges.contains { hasSnapBetweenPlansAndLink(on: setup.instance, in: $0) }
    default:
      return false
    }
  }

  /// The unfinished changes' tasks of one kind.
  private func tasks(of kind: TaskKind) -> [TaskRecord] {
    unreadyChanges.flatMap { tasks(of: $0.id) }.filter { $0.kind == kind }
  }

  private func hasSnapBetweenPlansAndLink(on base: InstanceName, in change: Change) -> Bool {
    var planned: Set<InstanceName> = []
    var unlinked: Set<InstanceName> = []
    for task in tasks(of: change.id) {
      guard task.kind == SetupProfiles.kind || task.kind == LinkSnap.kind,
        let setup = try? task.input(as: SnapSetup.self), setup.requiredBase == base
      else { continue }
      if task.kind == SetupProfiles.kind {
        if task.status == .done || task.status == .doing { planned.insert(setup.instance) }
      } else if task.status == .do || task.status == .doing || task.status == .abort {
        unlinked.insert(setup.instance)
      }
    }
    return !planned.isDisjoint(with: unlinked)
  }

  /// The snaps that unfinished changes are about to link onto a base.
  func snapsComing(to base: InstanceName) -> [InstanceName] {
    tasks(of: LinkSnap.kind).compactMap { task in
      guard task.status == .do || task.status == .doing, let setup = try? task.input(as: SnapSetup.self),
        setup.requiredBase == base
      else { return nil }
      return setup.instance
    }
  }

  /// The kind of an unfinished change that takes a base away.
  func removal(of base: InstanceName) -> String? {
    unreadyChanges.first { change in
      tasks(of: change.id).contains { task in
        task.kind == UnlinkSnap.kind && (try? task.input(as: SnapSetup.self))?.instance == base
      }
    }?.kind
  }
}
