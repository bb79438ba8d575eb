internal import Snap
internal import State

/// `prerequisites`: the base that a snap needs is there before anything of the snap is, and so are the snaps that it
/// wants content of, if they come at all: without them it is installed all the same.
struct Prerequisites: TaskHandler, IrreversibleTask {
  static let kind: TaskKind = "prerequisites"
  let manager: SnapManager

  func `do`(_ setup: SnapSetup, in context: TaskContext) async throws -> TaskOutcome {
    let coming = context.store.read { state in
      setup.providers?.first { state[snap: $0] == nil && state.isOnItsWay($0) }
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
