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
    let plan = try context.recall(Plan.self, "plan") ?? plan(setup, context)
    let records = try plan.direct.map { Remembered(id: $0.connection, record: try manager.connect($0)) }
    context.checkpoint("connected")
    if !records.isEmpty { try manager.rewriteProfiles(of: records.flatMap(\.id.snaps), context) }
    context.atCompletion { [manager, task = context.taskID] state in
      for entry in records { state[connection: entry.id] = entry.record }
      guard let change = state.task(task)?.change else { return }
      // At once: what is put behind a task later comes before what was put there earlier.
      let tasks = try plan.withHooks.flatMap { try manager.connectTasks($0, in: change, &state) }
      state.inject(tasks, after: task)
    }
    return .done
  }

  /// Found once, so that a repetition after a crash undoes and redoes the same.
  private func plan(_ setup: SnapReference, _ context: TaskContext) throws -> Plan {
    let repository = manager.current
    let found = repository.autoConnections(
      of: setup.instance, remembered: manager.remembered(repository), gadget: gadgetConnections(context))
    for (plug, slots) in found.ambiguous.sorted(by: { $0.key < $1.key }) where !slots.isEmpty {
      context.log(
        "cannot auto-connect plug \(plug), candidates found: \(slots.map(\.description).joined(separator: ", "))")
    }
    var plan = Plan()
    for wanted in found.connections where wanted.isByGadget || isAllowed(wanted.id, repository, context) {
      let setup = ConnectionSetup(connection: wanted.id, auto: true, byGadget: wanted.isByGadget)
      if try manager.hooks(of: wanted.id).concernConnecting {
        plan.withHooks.append(setup)
      } else {
        plan.direct.append(setup)
      }
    }
    try context.remember(plan, as: "plan")
    return plan
  }

  private func isAllowed(_ id: ConnectionID, _ repository: InterfaceRepository, _ context: TaskContext) -> Bool {
    guard let plug = repository.plug(id.plug) else { return true }
    return context.store.read { manager.snaps.mayAutoConnect(plug.interface, plugOf: id.plug.snap, in: $0) }
  }

  /// A gadget that cannot be read keeps nothing else from being connected.
  private func gadgetConnections(_ context: TaskContext) -> [GadgetConnection] {
    do {
      return try manager.snaps.gadgetConnections()
    } catch {
      context.log("cannot find out what the gadget connects: \(error)")
      return []
    }
  }

  /// Those with hooks have tasks of their own to undo them.
  func undo(_ setup: SnapReference, in context: TaskContext) async throws -> TaskOutcome {
    let made = (context.recall(Plan.self, "plan") ?? Plan()).direct.map(\.connection)
    guard !made.isEmpty else { return .done }
    manager.change { $0.end(made) }
    try manager.rewriteProfiles(of: made.flatMap(\.snaps), context)
    context.atCompletion { state in for id in made { state[connection: id] = nil } }
    return .done
  }

  private struct Plan: Codable {
    /// Made by this task itself.
    var direct: [ConnectionSetup] = []
    var withHooks: [ConnectionSetup] = []
  }
}

/// `auto-disconnect`: a snap that is being removed is connected with nothing.
///
/// As with ``AutoConnect``, connections with interface hooks get tasks of their own behind this one.
struct AutoDisconnect: TaskHandler {
  static let kind: TaskKind = "auto-disconnect"
  let manager: InterfaceManager

  func `do`(_ setup: SnapReference, in context: TaskContext) async throws -> TaskOutcome {
    let plan = try context.recall(Plan.self, "plan") ?? plan(setup, context)
    manager.change { $0.end(plan.direct.map(\.id)) }
    context.checkpoint("disconnected")
    try manager.rewriteProfiles(of: plan.direct.flatMap(\.id.snaps), context)
    context.atCompletion { [manager, task = context.taskID] state in
      for entry in plan.direct { state[connection: entry.id] = nil }
      guard let change = state.task(task)?.change else { return }
      let tasks = try plan.withHooks.flatMap {
        try manager.disconnectTasks(
          ConnectionSetup(connection: $0, forget: true), ignoreErrors: true, in: change, &state)
      }
      state.inject(tasks, after: task)
    }
    return .done
  }

  /// Found once, so that a repetition after a crash undoes and redoes the same.
  private func plan(_ setup: SnapReference, _ context: TaskContext) throws -> Plan {
    var plan = Plan()
    for id in manager.current.connected(of: setup.instance).map(\.connectionID) {
      // A snap whose metadata cannot be read any more has no hooks; it can be removed all the same.
      if let hooks = try? manager.hooks(of: id), !hooks.disconnecting.isEmpty {
        plan.withHooks.append(id)
      } else if let record = context.store.read({ $0[connection: id] }) {
        plan.direct.append(Remembered(id: id, record: record))
      }
    }
    try context.remember(plan, as: "plan")
    return plan
  }

  func undo(_ setup: SnapReference, in context: TaskContext) async throws -> TaskOutcome {
    let known = (context.recall(Plan.self, "plan") ?? Plan()).direct
    guard !known.isEmpty else { return .done }
    let records = Dictionary(known.map { ($0.id, $0.record) }, uniquingKeysWith: { $1 })
    _ = manager.change { $0.restore(records) }
    try manager.rewriteProfiles(of: known.flatMap { $0.id.snaps }, context)
    context.atCompletion { state in for entry in known { state[connection: entry.id] = entry.record } }
    return .done
  }

  private struct Plan: Codable {
    /// Ended by this task itself, with what is to be restored.
    var direct: [Remembered] = []
    var withHooks: [ConnectionID] = []
  }
}

/// A connection and what was remembered of it.
private struct Remembered: Codable {
  var id: ConnectionID
  var record: ConnectionRecord
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
