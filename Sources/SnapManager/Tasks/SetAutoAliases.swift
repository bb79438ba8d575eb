internal import Snap
internal import State

/// `set-auto-aliases`: the record says which aliases the revision has; nothing is on disk yet.
struct SetAutoAliases: TaskHandler {
  static let kind: TaskKind = "set-auto-aliases"
  let manager: SnapManager

  func `do`(_ setup: SnapSetup, in context: TaskContext) async throws -> TaskOutcome {
    guard let record = context.store.read({ $0[snap: setup.instance] }) else { return .done }
    try context.rememberAliases(record.aliases)
    var aliases = try manager.refreshedAliases(of: setup.instance, record)
    aliases.isPending = true
    // With --prefer they are switched on by `prefer-aliases`, which makes room for them.
    if setup.aliasing != nil { aliases.autoDisabled = true }
    try context.store.read { try $0.checkAliases(aliases, of: setup.instance) }
    context.atCompletion { [aliases] state in state[snap: setup.instance]?.aliases = aliases }
    return .done
  }

  func undo(_ setup: SnapSetup, in context: TaskContext) async throws -> TaskOutcome {
    try manager.restoreAliases(of: setup.instance, in: context)
  }
}
