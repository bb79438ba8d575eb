internal import Snap
internal import State

/// What a `check-rerefresh` task is told.
struct RerefreshSetup: Codable, Sendable {
  /// The snaps of which a revision with another epoch has come.
  let instances: [InstanceName]
  let userID: Int?
  let isAutomatic: Bool
}

/// `check-rerefresh`: data of an old epoch may need more than one step to get to the newest revision. When all the rest of
/// the change is over, snaps that have come to another epoch are refreshed once more, in the same change. Source:
/// `spec/engine.md` §3.
struct CheckRerefresh: TaskHandler, IrreversibleTask {
  static let kind: TaskKind = "check-rerefresh"
  let manager: SnapManager

  func `do`(_ setup: RerefreshSetup, in context: TaskContext) async throws -> TaskOutcome {
    let change = context.changeID
    let refreshed = context.store.read { state -> [InstanceName] in
      let linked = Set(
        state.tasks(of: change).filter { $0.kind == LinkSnap.kind && $0.status == .done }
          .compactMap { try? $0.input(as: SnapSetup.self).instance })
      return setup.instances.filter { linked.contains($0) && state[snap: $0]?.active == true }
    }
    guard !refreshed.isEmpty else { return .done }
    var request = StoreRefreshRequest(refreshed)
    request.userID = setup.userID
    request.isAutomatic = setup.isAutomatic
    let plans: [StorePlan]
    do {
      plans = try manager.replans(refreshed, request)
    } catch {
      // What has come stays: it works, and the next refresh looks again.
      context.log("cannot look for a further refresh: \(error)")
      return .done
    }
    guard !plans.isEmpty else { return .done }
    context.atCompletion { [manager, request] state in
      try manager.addTasks(of: plans, to: change, in: nil, &state)
      manager.addRerefreshCheck(of: plans, request, to: change, &state)
    }
    return .done
  }
}

extension SnapManager {
  /// What is to be done once more, after a refresh to another epoch.
  func replans(_ instances: [InstanceName], _ request: StoreRefreshRequest) throws -> [StorePlan] {
    let subjects = store.read { state in
      instances.compactMap { instance in state[snap: instance].map { (instance: instance, record: $0) } }
    }
    let offers = try refreshOffers(subjects, request)
    return inOrder(
      try subjects.compactMap { instance, record in
        guard case .success(let offer)? = offers[instance], offer.revision != record.current else { return nil }
        return try plan(offer, over: record, request.options(over: record))
      })
  }

  /// Adds the task that looks for more, after all the rest of the change.
  func addRerefreshCheck(
    of plans: [StorePlan], _ request: StoreRefreshRequest, to change: ChangeID, _ state: inout State
  ) {
    let names = plans.map(\.setup.instance)
    let setup = RerefreshSetup(
      instances: plans.filter(\.changesEpoch).map(\.setup.instance), userID: request.userID,
      isAutomatic: request.isAutomatic)
    let subject =
      names.count == 1
      ? "snap \"\(names[0])\""
      : names.count <= 3 ? "snaps " + names.map { "\"\($0)\"" }.joined(separator: ", ") : "\(names.count) snaps"
    let task = state.newTask(
      CheckRerefresh.self, input: setup,
      summary: "Monitoring \(subject) to determine whether extra refresh steps are required", in: change)
    state.join(task, state.newLane())
  }
}

extension State {
  /// Whether anything else of a task's change is still to happen.
  func hasUnfinishedTasks(besides task: TaskRecord) -> Bool {
    guard let change = task.change else { return false }
    return tasks(of: change).contains { $0.id != task.id && !$0.status.isReady && $0.kind != CheckRerefresh.kind }
  }
}
