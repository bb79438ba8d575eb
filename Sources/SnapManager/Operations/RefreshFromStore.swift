internal import ByteText
public import Snap
public import State
internal import StoreProtocol

/// What a request to refresh snaps from stores asks for.
public struct StoreRefreshRequest: Sendable {
  /// The snaps; empty stands for all.
  public var instances: [InstanceName]
  /// Whether the request is about one snap by its name: that there is nothing new is then an error.
  public var isOfOne: Bool
  /// As it was written; empty keeps what is followed.
  public var channel = ""
  public var revision: Revision?
  public var cohortKey = ""
  public var leaveCohort = false
  /// Whether a snap from a file may come from a store from now on.
  public var amend = false
  /// Nil keeps what is remembered.
  public var ignoreValidation: Bool?
  public var ignoreRunning = false
  public var flags: SnapFlags?
  public var isTransaction = false
  public var userID: Int?
  /// Nobody asked: the machine refreshes by itself.
  public var isAutomatic = false
  /// Refreshes are decided on elsewhere.
  public var isManaged = false
  /// Snaps that are left as they are, however much there is for them.
  public var skipped: Set<InstanceName> = []
  /// Revisions of snaps that are not taken, beside those that a revert went back from.
  public var avoided: [InstanceName: Set<Revision>] = [:]
  /// Who holds a snap's updates, to be told to the store.
  public var held: [InstanceName: [String]] = [:]
  /// Primary keys of validation sets, by the snaps they are about.
  public var validationSets: [InstanceName: [[String]]] = [:]
  /// The revisions that validation sets want of snaps.
  public var pinned: [InstanceName: Revision] = [:]
  /// A kind and summary of the change, when they are not those of a request.
  public var change: (kind: String, summary: @Sendable ([InstanceName]) -> String)?

  public init(_ instances: [InstanceName], isOfOne: Bool = false) {
    self.instances = instances
    self.isOfOne = isOfOne
  }
}

/// What became of a request to refresh.
public struct StoreRefreshOutcome: Sendable {
  /// Nil when an automatic refresh has nothing to do.
  public var change: ChangeID?
  /// The snaps that get another revision.
  public var refreshed: [InstanceName]
  /// The snaps that there is something for, and that cannot have it now, with why.
  public var left: [InstanceName: String]
}

extension SnapManager {
  /// Starts the refresh of one, some or all snaps. Of many, those for which there is nothing are passed over.
  ///
  /// - Throws: ``Refusal``, ``StoreRefusal``, or why a store gives no answer; nothing has changed then.
  @discardableResult
  public func refresh(_ request: StoreRefreshRequest) throws -> StoreRefreshOutcome {
    guard request.revision == nil || request.cohortKey.isEmpty else { throw StoreRefusal.revisionAndCohort }
    let subjects = try refreshSubjects(request)
    var (plans, switches, left): ([StorePlan], [SnapSetup], [InstanceName: String]) = ([], [], [:])
    let offers = try refreshOffers(subjects, request)
    let changed = updateDeclarations(of: subjects)
    for (instance, record) in subjects {
      let options = request.options(over: record)
      switch try offers[instance].map({ try $0.get() }) {
      case let offer? where record.current != offer.revision:
        do {
          plans.append(try plan(offer, over: record, options))
        } catch {
          // Of all snaps, one that cannot be refreshed does not keep the others from it.
          guard request.instances.isEmpty else { throw error }
          left[instance] = "\(error)"
        }
      case let offer:
        if let setup = try switchSetup(instance, record, offer, request) { switches.append(setup) }
      }
    }
    let aliased = try withOtherAliases(subjects, declared: changed)
    if request.isOfOne, plans.isEmpty, switches.isEmpty, aliased.isEmpty, let only = subjects.first {
      throw StoreRefusal.noUpdate(only.instance)
    }
    if request.isAutomatic, plans.isEmpty, aliased.isEmpty {
      return StoreRefreshOutcome(change: nil, refreshed: [], left: left)
    }
    let change = try begin(inOrder(plans), switches, aliased: aliased, request)
    return StoreRefreshOutcome(change: change, refreshed: plans.map(\.setup.instance).sorted(), left: left)
  }

  /// The snaps of which something else has been declared, as far as it says something else of their aliases: nothing is
  /// to be done about the rest.
  func withOtherAliases(
    _ subjects: [(instance: InstanceName, record: SnapState)], declared changed: Set<String>
  ) throws -> [InstanceName] {
    try subjects.filter { instance, record in
      guard let id = record.snapID, changed.contains(id) else { return false }
      let (changed, dropped) = try automaticAliasChanges(of: instance, record)
      return !changed.isEmpty || !dropped.isEmpty
    }.map(\.instance)
  }

  /// The snaps that a request is about, with their records.
  func refreshSubjects(
    _ request: StoreRefreshRequest
  ) throws -> [(instance: InstanceName, record: SnapState)] {
    try store.read { state in
      try state.refuseConflicts(with: request.instances)
      guard request.instances.isEmpty else {
        return try Set(request.instances).sorted().compactMap { instance in
          guard let record = state[snap: instance] else { throw Refusal.notInstalled(instance) }
          guard record.active else { throw Refusal.refreshOfDisabled(instance) }
          guard record.snapID != nil || request.amend else {
            if request.isOfOne { throw StoreRefusal.local(instance) }
            return nil
          }
          return request.skipped.contains(instance) ? nil : (instance, record)
        }
      }
      return state.all(.snaps).compactMap { name, record in
        // Source: `spec/engine.md` §5. What a developer works with is left alone, and so is what changes already.
        guard let instance = try? InstanceName(name), record.active, record.snapID != nil, !record.flags.trymode,
          !record.flags.devmode, !request.skipped.contains(instance),
          (try? state.refuseConflicts(with: [instance])) != nil
        else { return nil }
        return (instance, record)
      }
    }
  }

  /// What has been declared of the snaps is asked for anew, of stores that have just answered: nobody waits twice for one
  /// that is away. One that does not answer now leaves what is known.
  ///
  /// - Returns: the identifiers of those of which something else is declared.
  func updateDeclarations(of subjects: [(instance: InstanceName, record: SnapState)]) -> Set<String> {
    var ids: [String: [String]] = [:]
    for (_, record) in subjects {
      if let id = record.snapID, let store = record.store { ids[store, default: []].append(id) }
    }
    guard !ids.isEmpty, let changed = try? signatures.refreshDeclarations(ids), !changed.isEmpty else { return [] }
    connections.redeclare(subjects.filter { $0.record.snapID.map(changed.contains) ?? false }.map(\.instance))
    return changed
  }

  /// Has rules of interfaces follow what is declared now of snaps with these identifiers.
  public func declarationsChanged(_ ids: Set<String>) {
    let affected = store.read { state in
      state.all(.snaps).compactMap { name, record -> InstanceName? in
        guard let id = record.snapID, ids.contains(id) else { return nil }
        return try? InstanceName(name)
      }
    }
    connections.redeclare(affected)
  }

  func begin(
    _ plans: [StorePlan], _ switches: [SnapSetup], aliased: [InstanceName], _ request: StoreRefreshRequest,
    with mutation: (inout State, ChangeID) -> Void = { _, _ in }
  ) throws -> ChangeID {
    let names = plans.map(\.setup.instance)
    let all = names + switches.map(\.instance)
    let change = try store.write(durable: true) { state in
      try state.refuseConflicts(with: all + aliased.filter { !all.contains($0) })
      let summary = request.change?.summary(names) ?? request.summary(all)
      let change = state.newChange(kind: request.change?.kind ?? "refresh-snap", summary: summary)
      let updates = try addAliasUpdates(of: aliased.filter { state[snap: $0] != nil }, to: change, in: &state)
      let known = Set(state.tasks(of: change).map(\.id))
      try addTasks(of: plans, to: change, in: request.isTransaction ? state.newLane() : nil, &state)
      for task in state.tasks(of: change) where !known.contains(task.id) && task.waitTasks.isEmpty {
        state.wait(task.id, for: updates)
      }
      for setup in switches { try addSwitch(setup, to: change, &state) }
      if !plans.isEmpty { addRerefreshCheck(of: plans, request, to: change, &state) }
      state.setChangeData(all.map(\.description), State.affectedSnaps, of: change)
      // They change too, and have no other revision that anybody would be told of.
      let others = aliased.filter { !all.contains($0) }.map(\.description)
      if !others.isEmpty { state.setChangeData(others, State.prerequisiteSnaps, of: change) }
      mutation(&state, change)
      state.endIfEmpty(change)
      return change
    }
    runner.ensure()
    return change
  }
}

extension StoreRefreshRequest {
  func options(over record: SnapState) -> StoreOptions {
    var options = StoreOptions()
    options.flags = flags ?? record.flags
    options.channel = channel
    options.cohortKey = leaveCohort ? "" : (cohortKey.isEmpty ? nil : cohortKey)
    options.ignoreValidation = ignoreValidation
    options.ignoreRunning = ignoreRunning
    options.asking = StoreAsking(
      userID: userID ?? record.userID, isScheduled: isAutomatic, isManaged: isManaged)
    return options
  }

  /// The reference's texts.
  fileprivate func summary(_ names: [InstanceName]) -> String {
    if isOfOne, let only = instances.first {
      return "Refresh \"\(only)\" snap" + (channel.isEmpty ? "" : " from \"\(channel)\" channel")
    }
    switch names.count {
    case 0: return instances.isEmpty ? "Refresh all snaps: no updates" : "Refresh snaps: no updates"
    case 1: return "Refresh snap \"\(names[0])\""
    default: return "Refresh snaps " + names.map { "\"\($0)\"" }.joined(separator: ", ")
    }
  }
}

extension State {
  /// A change that has nothing to do is done at once.
  mutating func endIfEmpty(_ change: ChangeID) {
    if tasks(of: change).isEmpty { setStatus(.done, ofChange: change) }
  }
}
