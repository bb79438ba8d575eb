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
    let repository = current
    let id = try repository.resolveConnect(plugSnap: plugSnap, plug: plug, slotSnap: slotSnap, slot: slot)
    let isConnected = repository.isConnected(id)
    // A snap without a declaration was installed as dangerous: the person who did that decides here too.
    if !isConnected, repository.isDeclared(id.plug.snap), repository.isDeclared(id.slot.snap) {
      try repository.checkConnect(id)
    }
    let change = try store.write(durable: true) { state in
      try snaps.refuseConflicts(with: concerned(id), in: state)
      let change = state.newChange(kind: "connect-snap", summary: id.connecting)
      if isConnected {
        state.setStatus(.done, ofChange: change)
      } else {
        state.join(try connectTasks(ConnectionSetup(connection: id), in: change, &state), state.newLane())
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
      let summary =
        ids.count == 1
        ? ids[0].disconnecting
        : "Disconnect \(plug.isEmpty ? "\(slotSnap):\(slot)" : "\(plugSnap):\(plug)")"
      let change = state.newChange(kind: "disconnect-snap", summary: summary)
      for id in ids {
        let setup = ConnectionSetup(connection: id, forget: forget)
        state.join(try disconnectTasks(setup, in: change, &state), state.newLane())
      }
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
}

extension InterfaceRepository {
  /// Whether somebody has signed for the snap.
  fileprivate func isDeclared(_ instance: InstanceName) -> Bool {
    instance == system || facts(of: instance)?.declaration != nil
  }
}
