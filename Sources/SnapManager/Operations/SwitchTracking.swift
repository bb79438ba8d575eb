internal import ByteText
public import Snap
public import State

/// Following another channel or cohort, without another revision. Source of kinds and texts: `spec/engine.md` §3.
extension SnapManager {
  /// Starts following another channel or cohort.
  ///
  /// - Parameters:
  ///   - channel: as it was written; empty keeps it.
  ///   - cohortKey: empty keeps it.
  public func switchTracking(
    of instance: InstanceName, channel: String, cohortKey: String, leaveCohort: Bool
  ) throws -> ChangeID {
    guard !channel.isEmpty || !cohortKey.isEmpty || leaveCohort else { throw StoreRefusal.nothingToSwitch }
    let change = try store.write(durable: true) { state in
      guard let record = state[snap: instance] else { throw Refusal.notInstalled(instance) }
      try state.refuseConflicts(with: [instance])
      let tracking = SnapSetup.Tracking(
        channel: channel.isEmpty ? nil : try Channel.following(record.channel, wanted: channel).fullName,
        cohortKey: leaveCohort ? "" : (cohortKey.isEmpty ? nil : cohortKey))
      let summary: String
      switch (channel.isEmpty, cohortKey.isEmpty, leaveCohort) {
      case (false, _, true): summary = "Switch \"\(instance)\" snap to channel \"\(channel)\" and away from cohort"
      case (true, _, true): summary = "Switch \"\(instance)\" snap away from cohort"
      case (false, true, _): summary = "Switch \"\(instance)\" snap to channel \"\(channel)\""
      case (true, _, _): summary = "Switch \"\(instance)\" snap to cohort \"\(Self.shortened(cohortKey))\""
      case (false, false, _):
        summary =
          "Switch \"\(instance)\" snap to channel \"\(channel)\" and cohort \"\(Self.shortened(cohortKey))\""
      }
      let change = state.newChange(kind: "switch-snap", summary: summary)
      let setup = self.setup(instance, record, tracking)
      let task = state.newTask(
        SwitchSnap.self, input: setup, summary: Self.taskSummary(instance, record, tracking), in: change)
      state.join(task, state.newLane())
      state.setChangeData([instance.description], State.affectedSnaps, of: change)
      return change
    }
    runner.ensure()
    return change
  }

  /// What a refresh that brings no other revision changes of what is followed; nil for nothing.
  func switchSetup(
    _ instance: InstanceName, _ record: SnapState, _ offer: StoreOffer?, _ request: StoreRefreshRequest
  ) throws -> SnapSetup? {
    let followed = try Channel.following(record.channel, wanted: request.channel)
    let channel = request.channel.isEmpty && offer?.redirect == nil ? nil : (offer?.redirect ?? followed).fullName
    var tracking = SnapSetup.Tracking()
    if let channel, channel != record.channel { tracking.channel = channel }
    let cohort = request.leaveCohort ? "" : (request.cohortKey.isEmpty ? nil : request.cohortKey)
    if let cohort, cohort != record.cohortKey ?? "" { tracking.cohortKey = cohort }
    if let ignore = request.ignoreValidation, ignore != record.ignoreValidation ?? false {
      tracking.ignoreValidation = ignore
    }
    return tracking == SnapSetup.Tracking() ? nil : setup(instance, record, tracking)
  }

  private func setup(
    _ instance: InstanceName, _ record: SnapState, _ tracking: SnapSetup.Tracking
  ) -> SnapSetup {
    var setup = SnapSetup(
      instance: instance, revision: record.current, type: record.type, base: record.base, flags: record.flags,
      purpose: .refresh)
    setup.tracking = tracking
    return setup
  }

  /// Lays out what changes what is followed, within a refresh.
  func addSwitch(_ setup: SnapSetup, to change: ChangeID, _ state: inout State) throws {
    guard let record = state[snap: setup.instance], let tracking = setup.tracking else { return }
    let lane = state.newLane()
    var last: TaskID?
    if tracking.channel != nil || tracking.cohortKey != nil {
      var only = setup
      only.tracking?.ignoreValidation = nil
      let task = state.newTask(
        SwitchSnapChannel.self, input: only, summary: Self.taskSummary(setup.instance, record, tracking), in: change)
      state.join(task, lane)
      last = task
    }
    if tracking.ignoreValidation != nil {
      var only = setup
      only.tracking = SnapSetup.Tracking(ignoreValidation: tracking.ignoreValidation)
      let task = state.newTask(
        ToggleSnapFlags.self, input: only, summary: "Toggle snap \"\(setup.instance)\" flags", in: change)
      state.join(task, lane)
      if let last { state.wait(task, for: last) }
    }
  }

  /// What changes, as the reference says it.
  private static func taskSummary(
    _ instance: InstanceName, _ record: SnapState, _ tracking: SnapSetup.Tracking
  ) -> String {
    let (from, to) = (record.channel, tracking.channel ?? record.channel)
    let (left, joined) = (record.cohortKey ?? "", tracking.cohortKey ?? record.cohortKey ?? "")
    var parts: [String] = []
    if from != to { parts.append(from.isEmpty ? "to channel \"\(to)\"" : "from channel \"\(from)\" to \"\(to)\"") }
    switch (left, joined) {
    case _ where left == joined: break
    case (_, ""): parts.append("away from cohort \"\(shortened(left))\"")
    case ("", _): parts.append("from no cohort to \"\(shortened(joined))\"")
    default: parts.append("from cohort \"\(shortened(left))\" to \"\(shortened(joined))\"")
    }
    guard !parts.isEmpty else { return "No change switch (no-op)" }
    return "Switch snap \"\(instance)\" \(parts.joined(separator: " and "))"
  }

  /// The end of a key, which is what tells keys apart.
  private static func shortened(_ key: String) -> String {
    key.utf8.count <= 10 ? key : "…" + String(decoding: key.utf8.suffix(9), as: UTF8.self)
  }
}
