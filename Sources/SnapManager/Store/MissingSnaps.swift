internal import Glibc
internal import Snap
internal import State

/// Having snaps come that another needs, within its change.
extension SnapManager {
  /// Has what a snap lacks come from stores, each in a lane of its own: it stays when what needed it fails.
  ///
  /// - Parameter launched: under which the task remembers what it has had come, in the same commit as the tasks.
  /// - Throws: when there is no base to be had; other snaps are done without.
  func bringMissing(_ setup: SnapSetup, _ context: TaskContext, launched: String) throws {
    let missing = context.store.read { $0.missingPrerequisites(of: setup) }
    guard !missing.isEmpty else { return }
    let base = setup.requiredBase
    // Whoever waits for it says that it is missing.
    guard try !snapStore.names().isEmpty else { return }
    let plans = try plansForMissing(missing, base: base, setup, context)
    guard !plans.isEmpty else { return }
    let change = context.changeID
    try context.store.write { state in
      // Another change may have begun to bring some since.
      let wanted = plans.filter { state[snap: $0.setup.instance] == nil && !state.isOnItsWay($0.setup.instance) }
      let names = wanted.map(\.setup.instance)
      try addTasks(of: wanted, to: change, in: nil, &state)
      let known = state.changeData([String].self, State.prerequisiteSnaps, of: change) ?? []
      state.setChangeData(known + names.map(\.description), State.prerequisiteSnaps, of: change)
      state.setTaskData(names, launched, of: context.taskID)
    }
    context.checkpoint("launched")
  }

  private func plansForMissing(
    _ missing: [InstanceName], base: InstanceName?, _ setup: SnapSetup, _ context: TaskContext
  ) throws -> [StorePlan] {
    var options = StoreOptions()
    options.asking = StoreAsking(userID: setup.tracking?.userID, isScheduled: setup.isAutomatic ?? false)
    let wishes = try missing.map { instance in
      StoreWish(instance: instance, channel: try PrerequisiteChannel.of(instance, isBase: instance == base))
    }
    let answers = try offers(for: wishes, options.asking)
    var plans: [StorePlan] = []
    for instance in missing {
      do {
        guard let answer = answers[instance] else { throw StoreRefusal.notFound(instance) }
        var plan = try plan(try answer.get(), over: nil, options)
        plan.setup.isPrerequisite = true
        plans.append(plan)
      } catch {
        guard instance != base else {
          throw StoreRefusal.prerequisite(instance, isBase: true, reason: "\(error)")
        }
        context.log("cannot install prerequisite \"\(instance)\": \(error)")
      }
    }
    return inOrder(plans)
  }
}

/// Where what another snap needs comes from. Source: `spec/engine.md` §8.
enum PrerequisiteChannel {
  /// - Parameter variable: of the daemon's environment, which root makes.
  /// - Throws: a sentence for a variable that names no channel.
  static func of(
    _ instance: InstanceName, isBase: Bool,
    variable: (String) -> String? = { getenv($0).map { String(cString: $0) } }
  ) throws -> Channel {
    let name =
      isBase ? "SNAPD_BASES_CHANNEL" : instance.description == "snapd" ? "SNAPD_SNAPD_CHANNEL" : "SNAPD_PREREQS_CHANNEL"
    guard let text = variable(name), !text.isEmpty else { return try Channel("latest/stable") }
    return try Channel(text)
  }
}
