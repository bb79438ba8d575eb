internal import Glibc
internal import Snap
internal import State
internal import Synchronization

/// Having snaps come that another needs, within its change.
extension SnapManager {
  /// Has what a snap lacks come from stores, each in a lane of its own: it stays when what needed it fails. So do other
  /// revisions of snaps that are here without the content that is wanted of them.
  ///
  /// - Parameter launched: under which the task remembers what it has had come, in the same commit as the tasks.
  /// - Throws: when there is no base to be had; other snaps are done without.
  func bringMissing(_ setup: SnapSetup, _ context: TaskContext, launched: String) throws {
    let (missing, outdated) = context.store.read { state in
      (
        state.missingPrerequisites(of: setup, isSupplied: connections.isSupplied),
        state.outdatedProviders(of: setup, isSupplied: connections.isSupplied)
      )
    }
    guard !missing.isEmpty || !outdated.isEmpty else { return }
    let base = setup.requiredBase
    // Whoever waits for it says that it is missing.
    guard try !snapStore.names().isEmpty else { return }
    let plans = try plansForMissing(missing, base: base, setup, context) + plansForOutdated(outdated, setup, context)
    guard !plans.isEmpty else { return }
    let change = context.changeID
    try context.store.write { state in
      // Another change may have begun to bring some since.
      let wanted = plans.filter { plan in
        let instance = plan.setup.instance
        guard state[snap: instance] == plan.installed, !state.isOnItsWay(instance) else { return false }
        return plan.installed == nil || (try? state.refuseConflicts(with: [instance])) != nil
      }
      let names = wanted.map(\.setup.instance)
      try addTasks(of: wanted, to: change, in: nil, &state)
      let known = state.changeData([String].self, State.prerequisiteSnaps, of: change) ?? []
      state.setChangeData(known + names.map(\.description), State.prerequisiteSnaps, of: change)
      state.setTaskData(names, launched, of: context.taskID)
    }
    context.checkpoint("launched")
  }

  /// Refreshes of providers. Whatever is in the way of one is told, and the snap comes without the content.
  private func plansForOutdated(
    _ outdated: [InstanceName], _ setup: SnapSetup, _ context: TaskContext
  ) -> [StorePlan] {
    outdated.compactMap { instance in
      do {
        let record = try context.store.read { state -> SnapState? in
          // What changes already is left to do so.
          try state.refuseConflicts(with: [instance])
          return state[snap: instance]
        }
        guard let record else { return nil }
        guard record.active else { throw Refusal.refreshOfDisabled(instance) }
        guard record.snapID != nil else { throw StoreRefusal.local(instance) }
        var request = StoreRefreshRequest([instance], isOfOne: true)
        (request.userID, request.isAutomatic) = (setup.tracking?.userID, setup.isAutomatic ?? false)
        try refreshLimits.withLock { $0 }?(&request)
        guard let offer = try refreshOffers([(instance, record)], request)[instance]?.get(),
          offer.revision != record.current
        else { throw StoreRefusal.noUpdate(instance) }
        var plan = try plan(offer, over: record, request.options(over: record))
        plan.setup.isPrerequisite = true
        return plan
      } catch {
        let content = (setup.wantedContent ?? []).filter {
          $0.provider == instance && !connections.isSupplied($0.label)
        }
        let labels = content.map { "\"\($0.label)\"" }.joined(separator: ", ")
        context.log("cannot refresh \"\(instance)\", which lacks the content \(labels): \(error)")
        return nil
      }
    }
  }

  /// Says what a refresh must heed that nobody has asked for by hand.
  ///
  /// - Parameter limits: fills in who holds which snaps, and what validation sets want.
  public func limitRefreshes(by limits: @escaping @Sendable (inout StoreRefreshRequest) throws -> Void) {
    refreshLimits.withLock { $0 = limits }
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
