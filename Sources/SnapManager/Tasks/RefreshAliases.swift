internal import Snap
internal import State

/// `refresh-aliases`: automatic aliases follow a declaration that has changed, without a refresh of the snap.
struct RefreshAliases: TaskHandler {
  static let kind: TaskKind = "refresh-aliases"
  let manager: SnapManager

  func `do`(_ setup: SnapSetup, in context: TaskContext) async throws -> TaskOutcome {
    guard let record = context.store.read({ $0[snap: setup.instance] }) else { return .done }
    try context.rememberAliases(record.aliases)
    let aliases = try manager.refreshedAliases(of: setup.instance, record)
    try context.store.read { try $0.checkAliases(aliases, of: setup.instance) }
    try manager.showAliases(aliases, of: setup.instance)
    context.atCompletion { state in state[snap: setup.instance]?.aliases = aliases }
    return .done
  }

  func undo(_ setup: SnapSetup, in context: TaskContext) async throws -> TaskOutcome {
    try manager.restoreAliases(of: setup.instance, in: context)
  }
}
