internal import Interfaces
internal import Snap
internal import State

/// `auto-connect`: what belongs together by the rules is connected, as far as nobody has taken it apart before.
///
/// Sides with interface hooks get tasks of their own, put behind this one: hooks run between them.
struct AutoConnect: TaskHandler {
  static let kind: TaskKind = "auto-connect"
  let manager: InterfaceManager

  func `do`(_ setup: SnapReference, in context: TaskContext) async throws -> TaskOutcome {
    let wanted = try context.recall([ConnectionID].self, "connections") ?? plan(setup, context)
    var records: [(ConnectionID, ConnectionRecord)] = []
    var withHooks: [ConnectionID] = []
    for id in wanted {
      if try manager.hasHooks(id) {
        withHooks.append(id)
      } else {
        records.append((id, try manager.connect(id, auto: true)))
      }
    }
    context.checkpoint("connected")
    if !records.isEmpty { try manager.rewriteProfiles(of: records.flatMap { $0.0.snaps }, context) }
    context.atCompletion { [manager, records, withHooks, task = context.taskID] state in
      for (id, record) in records { state[connection: id] = record }
      for id in withHooks { try manager.injectConnect(id, after: task, &state) }
    }
    return .done
  }

  /// Found once, so that a repetition after a crash undoes and redoes the same.
  private func plan(
    _ setup: SnapReference, _ context: TaskContext
  ) throws -> [ConnectionID] {
    let repository = manager.current
    let found = repository.autoConnections(of: setup.instance, remembered: manager.remembered(repository))
    for (plug, slots) in found.ambiguous.sorted(by: { $0.key < $1.key }) where !slots.isEmpty {
      context.log(
        "cannot auto-connect plug \(plug), candidates found: \(slots.map(\.description).joined(separator: ", "))")
    }
    let wanted = found.connections.map(\.id)
    try context.remember(wanted, as: "connections")
    return wanted
  }

  func undo(_ setup: SnapReference, in context: TaskContext) async throws -> TaskOutcome {
    // Those with hooks have tasks of their own to undo them.
    let made = try (context.recall([ConnectionID].self, "connections") ?? []).filter { try !manager.hasHooks($0) }
    guard !made.isEmpty else { return .done }
    manager.change { $0.end(made) }
    try manager.rewriteProfiles(of: made.flatMap(\.snaps), context)
    context.atCompletion { state in for id in made { state[connection: id] = nil } }
    return .done
  }
}

/// `auto-disconnect`: a snap that is being removed is connected with nothing.
struct AutoDisconnect: TaskHandler {
  static let kind: TaskKind = "auto-disconnect"
  let manager: InterfaceManager

  func `do`(_ setup: SnapReference, in context: TaskContext) async throws -> TaskOutcome {
    let ids = manager.current.connected(of: setup.instance).map(\.connectionID)
    if context.recall([Remembered].self, "records") == nil {
      let records = context.store.read { state in
        ids.compactMap { id in state[connection: id].map { Remembered(id: id, record: $0) } }
      }
      try context.remember(records, as: "records")
    }
    let known = context.recall([Remembered].self, "records") ?? []
    manager.change { $0.end(known.map(\.id)) }
    try manager.rewriteProfiles(of: known.flatMap { $0.id.snaps }, context)
    context.atCompletion { state in for entry in known { state[connection: entry.id] = nil } }
    return .done
  }

  func undo(_ setup: SnapReference, in context: TaskContext) async throws -> TaskOutcome {
    let known = context.recall([Remembered].self, "records") ?? []
    guard !known.isEmpty else { return .done }
    let records = Dictionary(known.map { ($0.id, $0.record) }, uniquingKeysWith: { $1 })
    _ = manager.change { $0.restore(records) }
    try manager.rewriteProfiles(of: known.flatMap { $0.id.snaps }, context)
    context.atCompletion { state in for entry in known { state[connection: entry.id] = entry.record } }
    return .done
  }

  private struct Remembered: Codable {
    var id: ConnectionID
    var record: ConnectionRecord
  }
}

/// `discard-conns`: nothing is remembered of the connections of a snap that is gone.
struct DiscardConnections: TaskHandler {
  static let kind: TaskKind = "discard-conns"
  let manager: InterfaceManager

  func `do`(_ setup: SnapReference, in context: TaskContext) async throws -> TaskOutcome {
    let records = context.store.read { state in
      state.all(RecordKind<ConnectionRecord>.connections).filter { key, _ in
        (try? ConnectionID(key))?.snaps.contains(setup.instance) ?? false
      }
    }
    if context.recall([String: ConnectionRecord].self, "records") == nil {
      try context.remember(Dictionary(records.map { ($0.key, $0.value) }, uniquingKeysWith: { $1 }), as: "records")
    }
    context.atCompletion { state in for (key, _) in records { state[.connections, key] = nil } }
    return .done
  }

  func undo(_ setup: SnapReference, in context: TaskContext) async throws -> TaskOutcome {
    let records = context.recall([String: ConnectionRecord].self, "records") ?? [:]
    context.atCompletion { state in for (key, record) in records { state[.connections, key] = record } }
    return .done
  }
}
