internal import Snap
internal import State

/// `setup-aliases`: the snap's aliases are on `PATH`.
struct SetupAliases: TaskHandler {
  static let kind: TaskKind = "setup-aliases"
  let manager: SnapManager

  func `do`(_ setup: SnapSetup, in context: TaskContext) async throws -> TaskOutcome {
    try manager.showAliases(of: setup.instance, true, in: context)
  }

  func undo(_ setup: SnapSetup, in context: TaskContext) async throws -> TaskOutcome {
    try manager.showAliases(of: setup.instance, false, in: context)
  }
}

extension SnapManager {
  /// Puts the aliases of a snap on `PATH`, or takes them away; the record keeps them.
  func showAliases(of instance: InstanceName, _ shown: Bool, in context: TaskContext) throws -> TaskOutcome {
    var aliases = context.store.read { $0[snap: instance]?.aliases } ?? SnapAliases()
    aliases.isPending = !shown
    try showAliases(aliases, of: instance)
    context.atCompletion { [aliases] state in state[snap: instance]?.aliases = aliases }
    return .done
  }
}
