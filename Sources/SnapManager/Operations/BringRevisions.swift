public import Snap
public import State

extension SnapManager {
  /// Installs and refreshes snaps to revisions that go together: one change, in which all stand and fall together.
  ///
  /// - Parameters:
  ///   - missing: snaps to install, with the revision; nil for the newest.
  ///   - wrong: installed snaps, with the revision to go to.
  ///   - finish: adds what comes after all of it, given the last tasks.
  /// - Throws: ``Refusal``, ``StoreRefusal``, or why a store gives no answer; nothing has changed then.
  public func bring(
    _ missing: [InstanceName: Revision?], _ wrong: [InstanceName: Revision],
    validationSets: [InstanceName: [[String]]], summary: String,
    finish: (_ after: [TaskID], ChangeID, inout State) -> Void
  ) throws -> ChangeID {
    var plans: [StorePlan] = []
    if !missing.isEmpty {
      var request = StoreInstallRequest(missing.keys.sorted(), isOfOne: false)
      request.pinned = missing.compactMapValues { $0 }
      request.validationSets = validationSets
      plans += try storePlans(for: request.instances, request)
    }
    if !wrong.isEmpty {
      var request = StoreRefreshRequest(wrong.keys.sorted())
      request.pinned = wrong
      request.validationSets = validationSets
      let found = try findRefreshes(request)
      for (instance, record) in found.subjects {
        guard let offer = found.offers[instance], offer.revision == wrong[instance] else {
          throw StoreRefusal.notAvailable(instance, .refresh, channel: nil, releases: [])
        }
        plans.append(try plan(offer, over: record, request.options(over: record)))
      }
    }
    let ordered = inOrder(plans)
    let names = ordered.map(\.setup.instance)
    let change = try store.write(durable: true) { state in
      try state.refuseConflicts(with: names)
      let change = state.newChange(kind: "refresh-snap", summary: summary)
      try addTasks(of: ordered, to: change, in: state.newLane(), &state)
      state.setChangeData(names.map(\.description), State.affectedSnaps, of: change)
      finish(state.tasks(of: change).filter(\.haltTasks.isEmpty).map(\.id), change, &state)
      return change
    }
    runner.ensure()
    return change
  }
}
