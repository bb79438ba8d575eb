internal import Host
internal import Linux
internal import Snap
internal import State

/// `discard-snap`: the image of one revision is gone, and with the last one everything of the snap.
struct DiscardSnap: TaskHandler, IrreversibleTask {
  static let kind: TaskKind = "discard-snap"
  let manager: SnapManager

  func `do`(_ setup: SnapSetup, in context: TaskContext) async throws -> TaskOutcome {
    // The record first, and in a commit of its own: should the rest fail, files are left that nobody needs, but no
    // revision is listed that is gone. A repeat finds the revision gone already and changes nothing.
    let configuration = manager.configuration
    let after = try context.store.write { state -> SnapState? in
      let before = state[snap: setup.instance]
      let after = before?.without(setup.revision)
      if after == nil, before?.refreshInhibited != nil { try state.addNotice(.refreshInhibit, key: "-") }
      state[snap: setup.instance] = after
      if after == nil { state[.health, setup.instance.description] = nil }
      configuration.forget(setup.instance, after == nil ? nil : setup.revision, in: &state)
      return after
    }
    context.checkpoint("forgotten")
    if after == nil {
      try manager.namespaces.discard(setup.instance)
      context.checkpoint("namespaces discarded")
    }
    manager.infos.forget(setup.instance, setup.revision)
    try manager.image(of: setup).remove()
    context.checkpoint("image removed")
    if after == nil {
      try manager.data(of: setup.instance).removeAll()
      try (manager.services as? Supervisor)?.removeLogs(of: setup.instance.description)
      try manager.forgetInhibition(of: setup.instance)
      try manager.forgetCookie(of: setup.instance)
    }
    try manager.links(of: setup.instance).writeSequence(after)
    return .done
  }
}

extension SnapState {
  /// The record after one revision is discarded; nil when it was the last.
  func without(_ revision: Revision) -> SnapState? {
    var state = self
    state.sequence.removeAll { $0.revision == revision }
    guard let newest = state.sequence.last else { return nil }
    if state.current == revision { state.current = newest.revision }
    return state
  }
}
