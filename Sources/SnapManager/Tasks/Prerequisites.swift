internal import Snap
internal import State

/// `prerequisites`: the base that a snap needs is there before anything of the snap is, and so are the snaps that it
/// wants content of, if they come at all: without them it is installed all the same. What is missing is brought from
/// a store, in the same change. Source: `spec/engine.md` §8.
///
/// A snap that comes from a store has two of them: one has what is missing begin to come, the other waits for it, with
/// the download between.
struct Prerequisites: TaskHandler, IrreversibleTask {
  static let kind: TaskKind = "prerequisites"
  let manager: SnapManager

  func `do`(_ setup: SnapSetup, in context: TaskContext) async throws -> TaskOutcome {
    if setup.prerequisites != .await, context.recall([InstanceName].self, Self.launched) == nil {
      try manager.bringMissing(setup, context, launched: Self.launched)
    }
    return setup.prerequisites == .begin ? .done : try wait(setup, context)
  }

  /// What the task remembers: the snaps that it has had come, if none.
  private static let launched = "launched"

  private func wait(_ setup: SnapSetup, _ context: TaskContext) throws -> TaskOutcome {
    let coming = context.store.read { state in
      state.awaitedProvider(setup, in: context.changeID)
    }
    if let coming {
      return .retry(after: .milliseconds(50), reason: "waiting for default provider \"\(coming)\"")
    }
    guard let base = setup.requiredBase else { return .done }
    enum Answer { case here, coming, missing }
    let answer: Answer = context.store.read { state in
      if state[snap: base]?.active == true { return .here }
      return state.isOnItsWay(base) ? .coming : .missing
    }
    switch answer {
    case .here: return .done
    case .coming: return .retry(after: .milliseconds(50), reason: "waiting for base \"\(base)\"")
    case .missing: throw Refusal.missingBase(base.description, of: setup.instance)
    }
  }
}

extension SnapSetup {
  /// The instance name of the base that must be installed first. Source: `spec/engine.md` §8.
  var requiredBase: InstanceName? {
    guard type == .app || type == .gadget else { return nil }
    switch base {
    case "none": return nil
    case nil, "": return try? InstanceName("core")
    case let name?: return try? InstanceName(name)
    }
  }
}

extension State {
  /// The snaps that a snap needs or wants, and that neither are here nor come.
  ///
  /// - Parameter isSupplied: whether a slot that is here has some content.
  func missingPrerequisites(of setup: SnapSetup, isSupplied: (WantedContent.Label) -> Bool) -> [InstanceName] {
    guard setup.purpose == .install || setup.purpose == .refresh else { return [] }
    func isMissing(_ instance: InstanceName) -> Bool { self[snap: instance] == nil && !isOnItsWay(instance) }
    var missing: [InstanceName] = []
    if let base = setup.requiredBase {
      if isMissing(base) { missing.append(base) }
      // Where there is no snap that has this system in it. Source: `spec/engine.md` §8.
      if setup.type == .app, base.description != "core",
        let snapd = try? InstanceName("snapd"), let core = try? InstanceName("core"), self[snap: core] == nil,
        !isOnItsWay(core), isMissing(snapd)
      {
        missing.append(snapd)
      }
    }
    return missing + (setup.wantedContent ?? []).filter { !isSupplied($0.label) }.providers.filter(isMissing)
  }

  /// The snaps that a snap wants content of, and that are installed without having it: it is found in a later revision
  /// at most. Source: `spec/engine.md` §8.
  func outdatedProviders(of setup: SnapSetup, isSupplied: (WantedContent.Label) -> Bool) -> [InstanceName] {
    guard setup.purpose == .install || setup.purpose == .refresh else { return [] }
    return (setup.wantedContent ?? []).filter { !isSupplied($0.label) }.providers.filter { self[snap: $0] != nil }
  }

  /// A provider that a snap waits for: one that comes before it, or that it had come itself.
  fileprivate func awaitedProvider(_ setup: SnapSetup, in change: ChangeID) -> InstanceName? {
    let brought = tasks(of: change).filter { $0.kind == Prerequisites.kind }.filter {
      (try? $0.input(as: SnapSetup.self))?.instance == setup.instance
    }.flatMap { $0.data([InstanceName].self, "launched") ?? [] }
    let earlier = (setup.providers ?? []).first { self[snap: $0] == nil && isOnItsWay($0) }
    return earlier
      ?? (setup.wantedContent ?? []).providers.first { brought.contains($0) && isToBeLinked($0, in: change) }
  }

  /// Whether a change has yet to make a revision of a snap available.
  private func isToBeLinked(_ instance: InstanceName, in change: ChangeID) -> Bool {
    tasks(of: change).contains { task in
      task.kind == LinkSnap.kind && (task.status == .do || task.status == .doing)
        && (try? task.input(as: SnapSetup.self))?.instance == instance
    }
  }
}
