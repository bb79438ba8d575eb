internal import Interfaces
internal import Snap
internal import State

/// A program of one of the two snaps that is asked about a connection, or told of it.
struct InterfaceHook: Equatable, Sendable {
  var instance: InstanceName
  var name: String
  /// What runs when the change is undone, if the snap has it.
  var undo: String
}

/// The interface hooks that the two snaps of a connection have, in the order in which they run. The system has none.
///
/// Source: `spec/engine.md` §3, "Connect" and "Disconnect".
struct InterfaceHooks: Sendable {
  private struct Side: Sendable {
    var instance: InstanceName
    /// `plug-<name>` or `slot-<name>`.
    var end: String
    /// All hooks of the snap.
    var names: Set<String>

    func hook(_ verb: String, undo: String) -> InterfaceHook? {
      names.contains("\(verb)-\(end)")
        ? InterfaceHook(instance: instance, name: "\(verb)-\(end)", undo: "\(undo)-\(end)") : nil
    }
  }

  private var plug: Side?
  private var slot: Side?

  /// Before the connection is made: they may refuse it.
  var preparing: [InterfaceHook] {
    [plug, slot].compactMap { $0?.hook("prepare", undo: "unprepare") }
  }

  /// After it was made.
  var connecting: [InterfaceHook] {
    [slot, plug].compactMap { $0?.hook("connect", undo: "disconnect") }
  }

  /// Before it is ended.
  var disconnecting: [InterfaceHook] {
    [slot, plug].compactMap { $0?.hook("disconnect", undo: "connect") }
  }

  /// Whether a snap is asked about the connection, or told that it was made.
  var concernConnecting: Bool { !preparing.isEmpty || !connecting.isEmpty }

  /// - Throws: what keeps a snap's metadata from being read.
  init(_ id: ConnectionID, _ repository: InterfaceRepository, _ snaps: any SnapAccess) throws {
    func side(_ snap: InstanceName, _ end: String) throws -> Side? {
      guard snap != repository.system, let revision = repository.facts(of: snap)?.revision else { return nil }
      let info = try snaps.info(of: snap, revision)
      return Side(instance: snap, end: end, names: Set(info.hooks.map(\.name.rawValue)))
    }
    plug = try side(id.plug.snap, "plug-\(id.plug.name)")
    slot = try side(id.slot.snap, "slot-\(id.slot.name)")
  }
}

// The tasks of one connection, with the hooks around them.
extension InterfaceManager {
  func hooks(of id: ConnectionID) throws -> InterfaceHooks { try InterfaceHooks(id, current, snaps) }

  /// Adds the making of a connection, one task after the other.
  func connectTasks(
    _ setup: ConnectionSetup, in change: ChangeID, _ state: inout State
  ) throws -> [TaskID] {
    let hooks = try hooks(of: setup.connection)
    var tasks = try add(hooks.preparing, about: setup.connection, to: change, &state)
    tasks.append(
      state.newTask(ConnectTask.self, input: setup, summary: setup.connection.connecting, in: change))
    tasks += try add(hooks.connecting, about: setup.connection, to: change, &state)
    state.chain(tasks)
    return tasks
  }

  /// Adds the ending of a connection, one task after the other. One that is only remembered concerns no hook.
  ///
  /// - Parameter ignoreErrors: whether hooks that fail stand in nobody's way: their snap is being removed.
  func disconnectTasks(
    _ setup: ConnectionSetup, ignoreErrors: Bool = false, in change: ChangeID, _ state: inout State
  ) throws -> [TaskID] {
    let id = setup.connection
    let hooks = current.isConnected(id) ? try hooks(of: id).disconnecting : []
    var tasks = try add(hooks, about: id, ignoreErrors: ignoreErrors, to: change, &state)
    tasks.append(state.newTask(DisconnectTask.self, input: setup, summary: id.disconnecting, in: change))
    state.chain(tasks)
    return tasks
  }

  private func add(
    _ hooks: [InterfaceHook], about id: ConnectionID, ignoreErrors: Bool = false, to change: ChangeID,
    _ state: inout State
  ) throws -> [TaskID] {
    try hooks.map { hook in
      try snaps.addHook(
        hook.name, of: hook.instance, undo: hook.undo, ignoreError: ignoreErrors, connection: id, to: change,
        in: &state)
    }
  }
}

extension ConnectionID {
  /// What making the connection is called in changes and tasks.
  var connecting: String { "Connect \(plug.snap):\(plug.name) to \(slot.snap):\(slot.name)" }

  /// What ending it is called.
  var disconnecting: String { "Disconnect \(plug.snap):\(plug.name) from \(slot.snap):\(slot.name)" }
}
