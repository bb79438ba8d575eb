internal import Interfaces
internal import State

/// `disconnect`: the plug's apps lose what the slot granted, from the next launch on.
struct DisconnectTask: TaskHandler {
  static let kind: TaskKind = "disconnect"
  let manager: InterfaceManager

  func `do`(_ setup: ConnectionSetup, in context: TaskContext) async throws -> TaskOutcome {
    let id = setup.connection
    let record = context.store.read { $0[connection: id] }
    if context.recall(Before.self, "before") == nil { try context.remember(Before(record: record), as: "before") }
    manager.change { $0.end([id]) }
    context.checkpoint("disconnected")
    try manager.rewriteProfiles(of: id.snaps, context)
    // What rules connected must be remembered as unwanted, or they would connect it again at the next refresh.
    var after: ConnectionRecord?
    if var record, record.isAutomatic, !setup.forget {
      record.isUndesired = true
      record.plugDynamicAttributes = Attributes()
      record.slotDynamicAttributes = Attributes()
      after = record
    }
    context.atCompletion { [after] state in state[connection: id] = after }
    return .done
  }

  func undo(_ setup: ConnectionSetup, in context: TaskContext) async throws -> TaskOutcome {
    guard let before = context.recall(Before.self, "before") else { return .done }
    let id = setup.connection
    if let record = before.record, record.isWanted { _ = manager.change { $0.restore([id: record]) } }
    try manager.rewriteProfiles(of: id.snaps, context)
    context.atCompletion { state in state[connection: id] = before.record }
    return .done
  }
}
