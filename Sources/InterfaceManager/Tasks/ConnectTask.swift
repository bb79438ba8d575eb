internal import Interfaces
internal import Snap
internal import State

/// What the tasks of one connection are told.
struct ConnectionSetup: Codable, Equatable, Sendable {
  var connection: ConnectionID
  /// Made by rules, not by a person.
  var auto = false
  /// The gadget asked for it.
  var byGadget = false
  /// Nothing is to be remembered of it (`disconnect --forget`).
  var forget = false
}

/// `connect`: a plug has what its slot grants, from the next launch on, and the record says so.
struct ConnectTask: TaskHandler {
  static let kind: TaskKind = "connect"
  let manager: InterfaceManager

  func `do`(_ setup: ConnectionSetup, in context: TaskContext) async throws -> TaskOutcome {
    let id = setup.connection
    if context.recall(Before.self, "before") == nil {
      let record = context.store.read { $0[connection: id] }
      try context.remember(Before(record: record), as: "before")
    }
    let record = try manager.connect(
      setup, plugAttributes: context.recall(Attributes.self, InterfaceManager.dataKey(.plug)) ?? Attributes(),
      slotAttributes: context.recall(Attributes.self, InterfaceManager.dataKey(.slot)) ?? Attributes())
    context.checkpoint("connected")
    try manager.rewriteProfiles(of: id.snaps, context)
    context.atCompletion { state in state[connection: id] = record }
    return .done
  }

  func undo(_ setup: ConnectionSetup, in context: TaskContext) async throws -> TaskOutcome {
    guard let before = context.recall(Before.self, "before") else { return .done }
    let id = setup.connection
    if before.record?.isWanted != true { manager.change { $0.end([id]) } }
    try manager.rewriteProfiles(of: id.snaps, context)
    context.atCompletion { state in state[connection: id] = before.record }
    return .done
  }
}

/// The record of a connection before a task; absent when there was none.
struct Before: Codable { let record: ConnectionRecord? }

extension InterfaceManager {
  /// Connects two sides in the repository; connected ones stay as they are.
  ///
  /// - Returns: what is to be remembered.
  func connect(
    _ setup: ConnectionSetup, plugAttributes: Attributes = Attributes(), slotAttributes: Attributes = Attributes()
  ) throws -> ConnectionRecord {
    try change { repository in
      ConnectionRecord(
        try repository.connect(setup.connection, plugAttributes: plugAttributes, slotAttributes: slotAttributes),
        isAutomatic: setup.auto, isByGadget: setup.byGadget)
    }
  }

  /// Brings what is enforced to what is connected; a snap that is not in use has nothing to enforce.
  ///
  /// - Parameter context: whose log says what went wrong on the way.
  func rewriteProfiles(of instances: some Sequence<InstanceName>, _ context: TaskContext) throws {
    for instance in Set(instances).sorted() {
      for remark in try snaps.rewriteProfiles(of: instance) { context.log(remark) }
    }
    if instances.contains(current.system) { for remark in try snaps.rewriteSystemArtefacts() { context.log(remark) } }
  }
}

extension ConnectionID {
  /// The snaps of both sides.
  var snaps: [InstanceName] { [plug.snap, slot.snap] }
}
