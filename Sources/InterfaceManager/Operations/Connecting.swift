internal import Interfaces
internal import Snap
public import State

extension InterfaceManager {
  /// Starts connecting a plug to a slot, as a person asks. What is connected already makes a change that is done.
  ///
  /// - Throws: the reference's sentence where a name is unknown or means several things, or rules forbid it.
  public func connect(
    plugSnap: String, plug: String, slotSnap: String, slot: String
  ) throws -> ChangeID {
    let (id, isConnected) = try change { repository in
      let id = try repository.resolveConnect(plugSnap: plugSnap, plug: plug, slotSnap: slotSnap, slot: slot)
      if repository.isConnected(id) { return (id, true) }
      // A snap without a declaration was installed as dangerous: the person who did that decides here too.
      if repository.isDeclared(id.plug.snap), repository.isDeclared(id.slot.snap) { try repository.checkConnect(id) }
      return (id, false)
    }
    let change = try store.write(durable: true) { state in
      try snaps.refuseConflicts(with: concerned(id), in: state)
      let change = state.newChange(
        kind: "connect-snap",
        summary: "Connect \(id.plug.snap):\(id.plug.name) to \(id.slot.snap):\(id.slot.name)")
      if isConnected {
        state.setStatus(.done, ofChange: change)
      } else {
        try addConnect(id, auto: false, to: change, &state)
      }
      snaps.setAffected(concerned(id), of: change, in: &state)
      return change
    }
    runner.ensure()
    return change
  }

  /// Starts disconnecting, as a person asks; a side alone means everything that is connected with it.
  ///
  /// - Parameter forget: whether nothing is remembered, so that rules may connect again.
  public func disconnect(
    plugSnap: String, plug: String, slotSnap: String, slot: String, forget: Bool = false
  ) throws -> ChangeID {
    let remembered = forget ? store.read { $0.keys(RecordKind<ConnectionRecord>.connections) } : nil
    let ids = try current.resolveDisconnect(
      plugSnap: plugSnap, plug: plug, slotSnap: slotSnap, slot: slot,
      remembered: remembered?.compactMap { try? ConnectionID($0) })
    guard !ids.isEmpty else { throw InterfaceError("nothing to do", kind: .notConnected) }
    let change = try store.write(durable: true) { state in
      let concerned = Array(Set(ids.flatMap(concerned))).sorted()
      try snaps.refuseConflicts(with: concerned, in: state)
      let first = ids[0]
      let summary =
        ids.count == 1
        ? "Disconnect \(first.plug.snap):\(first.plug.name) from \(first.slot.snap):\(first.slot.name)"
        : "Disconnect \(plug.isEmpty ? "\(slotSnap):\(slot)" : "\(plugSnap):\(plug)")"
      let change = state.newChange(kind: "disconnect-snap", summary: summary)
      for id in ids { try addDisconnect(id, forget: forget, to: change, &state) }
      snaps.setAffected(concerned, of: change, in: &state)
      return change
    }
    runner.ensure()
    return change
  }

  /// The installed snaps that a connection works on: the system itself is none.
  private func concerned(_ id: ConnectionID) -> [InstanceName] {
    let system = current.system
    return Array(Set(id.snaps.filter { $0 != system })).sorted()
  }

  // MARK: Tasks, with the hooks around them (`spec/engine.md`, "Connect", "Disconnect")

  func addConnect(_ id: ConnectionID, auto: Bool, to change: ChangeID, _ state: inout State) throws {
    _ = try connectTasks(id, auto: auto, in: change, &state)
  }

  /// Puts the tasks of one connection behind the task that found it.
  func injectConnect(_ id: ConnectionID, after main: TaskID, _ state: inout State) throws {
    guard let change = state.task(main)?.change else { return }
    let tasks = try connectTasks(id, auto: true, in: change, &state)
    state.inject(tasks, after: main)
  }

  private func connectTasks(
    _ id: ConnectionID, auto: Bool, in change: ChangeID, _ state: inout State
  ) throws -> [TaskID] {
    let hooks = try hooks(of: id)
    var tasks: [TaskID] = []
    func add(_ side: Hooks.Side, _ prefix: String, undo: String) throws {
      guard let instance = side.instance, side.names.contains("\(prefix)-\(side.suffix)") else { return }
      tasks.append(
        try snaps.addHook(
          "\(prefix)-\(side.suffix)", of: instance, ignoreError: false, undoHook: "\(undo)-\(side.suffix)",
          connection: id, to: change, in: &state))
    }
    try add(hooks.plug, "prepare", undo: "unprepare")
    try add(hooks.slot, "prepare", undo: "unprepare")
    let summary = "Connect \(id.plug.snap):\(id.plug.name) to \(id.slot.snap):\(id.slot.name)"
    tasks.append(
      state.newTask(
        ConnectTask.self, input: ConnectionSetup(connection: id, auto: auto), summary: summary, in: change))
    try add(hooks.slot, "connect", undo: "disconnect")
    try add(hooks.plug, "connect", undo: "disconnect")
    state.chain(tasks)
    let lane = state.newLane()
    for task in tasks { state.join(task, lane) }
    return tasks
  }

  private func addDisconnect(_ id: ConnectionID, forget: Bool, to change: ChangeID, _ state: inout State) throws {
    let hooks = try hooks(of: id)
    var tasks: [TaskID] = []
    for side in [hooks.slot, hooks.plug] {
      guard let instance = side.instance, side.names.contains("disconnect-\(side.suffix)") else { continue }
      tasks.append(
        try snaps.addHook(
          "disconnect-\(side.suffix)", of: instance, ignoreError: false, undoHook: nil, connection: id, to: change,
          in: &state))
    }
    let summary = "Disconnect \(id.plug.snap):\(id.plug.name) from \(id.slot.snap):\(id.slot.name)"
    tasks.append(
      state.newTask(
        DisconnectTask.self, input: ConnectionSetup(connection: id, forget: forget), summary: summary, in: change))
    state.chain(tasks)
    let lane = state.newLane()
    for task in tasks { state.join(task, lane) }
  }

  // MARK: Hooks

  /// Which interface hooks the two snaps have.
  private struct Hooks {
    struct Side {
      /// nil where the system has the side.
      var instance: InstanceName?
      /// `plug-<name>` or `slot-<name>`.
      var suffix: String
      var names: Set<String>
    }
    var plug: Side
    var slot: Side
  }

  private func hooks(of id: ConnectionID) throws -> Hooks {
    let repository = current
    func side(_ snap: InstanceName, _ suffix: String) throws -> Hooks.Side {
      guard snap != repository.system, let revision = repository.facts(of: snap)?.revision else {
        return Hooks.Side(instance: nil, suffix: suffix, names: [])
      }
      let info = try snaps.info(of: snap, revision)
      return Hooks.Side(instance: snap, suffix: suffix, names: Set(info.hooks.map(\.name.rawValue)))
    }
    return Hooks(
      plug: try side(id.plug.snap, "plug-\(id.plug.name)"), slot: try side(id.slot.snap, "slot-\(id.slot.name)"))
  }

  /// Whether a program of one of the snaps wants to be asked about the connection, or told of it.
  func hasHooks(_ id: ConnectionID) throws -> Bool {
    let hooks = try hooks(of: id)
    return [hooks.plug, hooks.slot].contains { side in
      ["prepare", "connect"].contains { side.names.contains("\($0)-\(side.suffix)") }
    }
  }
}

extension InterfaceRepository {
  /// Whether somebody has signed for the snap.
  fileprivate func isDeclared(_ instance: InstanceName) -> Bool {
    instance == system || facts(of: instance)?.declaration != nil
  }
}
