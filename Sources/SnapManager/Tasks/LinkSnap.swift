internal import Snap
internal import State
internal import Time

/// `link-snap`: the new revision is the one in use, for people and in the record.
struct LinkSnap: TaskHandler {
  static let kind: TaskKind = "link-snap"
  let manager: SnapManager

  func `do`(_ setup: SnapSetup, in context: TaskContext) async throws -> TaskOutcome {
    let before = context.store.read { $0[snap: setup.instance] }
    if context.recall(Before.self, "before") == nil {
      try context.remember(Before(state: before), as: "before")
    }
    let after = SnapState(linking: setup, onto: before, at: context.store.read { $0.now.seconds })
    try manager.ensureCookie(of: setup.instance)
    let remarks = try manager.link(
      setup.instance, setup.revision, snapID: after.snapID, flags: setup.flags, checkpoint: { context.checkpoint($0) })
    for remark in remarks { context.log(remark) }
    context.checkpoint("linked")
    try manager.links(of: setup.instance).writeSequence(after)
    try manager.allow(setup.instance)
    context.atCompletion { [configuration = manager.configuration] state in
      var linked = after
      // Another snap may have been preferred meanwhile.
      if let aliases = state[snap: setup.instance]?.aliases { linked.aliases = aliases }
      // The refresh that apps stood in the way of has been made.
      if setup.purpose != .enable, linked.refreshInhibited != nil {
        linked.refreshInhibited = nil
        try state.addNotice(.refreshInhibit, key: "-")
      }
      state[snap: setup.instance] = linked
      if setup.purpose == .revert { configuration.restore(setup.instance, of: setup.revision, in: &state) }
    }
    if setup.type.isBase { try manager.rewritePlansOfSnaps(on: setup.instance, at: setup.revision) }
    return .done
  }

  func undo(_ setup: SnapSetup, in context: TaskContext) async throws -> TaskOutcome {
    // Without it nothing has been done yet.
    guard let remembered = context.recall(Before.self, "before") else { return .done }
    let present = context.store.read { $0[snap: setup.instance] }
    let before = remembered.state?.without(allBut: present)
    try manager.links(of: setup.instance).unlink(keeping: manager.enduringDefinitions(over: setup))
    context.checkpoint("unlinked")
    try manager.links(of: setup.instance).writeSequence(before)
    if setup.type.isBase, let before {
      try manager.rewritePlansOfSnaps(on: setup.instance, at: before.current)
    }
    if setup.purpose == .enable { try manager.inhibit(setup.instance, for: .disable) }
    // The old revision, if any, is linked again by the undoing of `unlink-current-snap`.
    if before == nil { try manager.forgetCookie(of: setup.instance) }
    context.atCompletion { [configuration = manager.configuration] state in
      var unlinked = before
      if let aliases = state[snap: setup.instance]?.aliases { unlinked?.aliases = aliases }
      state[snap: setup.instance] = unlinked
      // What hooks of the new revision set goes with it.
      if let before {
        if before.current != setup.revision { configuration.restore(setup.instance, of: before.current, in: &state) }
      } else {
        configuration.forget(setup.instance, nil, in: &state)
        state[.health, setup.instance.description] = nil
      }
    }
    return .done
  }

  /// The record before the task; its state is absent for a first install.
  private struct Before: Codable { let state: SnapState? }
}

extension SnapState {
  /// The record of before, without the revisions that the change has discarded since: they don't come back.
  func without(allBut present: SnapState?) -> SnapState {
    guard let present else { return self }
    var state = self
    state.sequence.removeAll { !present.has($0.revision) }
    return state
  }

  /// The record after linking a revision.
  init(linking setup: SnapSetup, onto before: SnapState?, at seconds: Int64) {
    var state =
      before
      ?? SnapState(type: setup.type, sequence: [], active: true, current: setup.revision, flags: setup.flags)
    if let index = state.sequence.firstIndex(where: { $0.revision == setup.revision }) {
      if let channel = setup.tracking?.revisionChannel { state.sequence[index].channel = channel }
      // What is refreshed to is the newest, whatever its number; what is gone back to stays where it was.
      if setup.purpose == .refresh { state.sequence.append(state.sequence.remove(at: index)) }
    } else {
      state.sequence.append(
        Installed(
          name: setup.instance.name, revision: setup.revision, snapID: setup.tracking?.snapID,
          channel: setup.tracking?.revisionChannel))
    }
    if let tracking = setup.tracking { state.follow(tracking) }
    if setup.purpose != .enable { state.lastRefresh = seconds }
    state.type = setup.type
    state.active = true
    state.current = setup.revision
    state.flags = setup.flags
    state.base = setup.base
    self = state
  }
}
