public import Snap

/// Making and ending connections. Nothing here looks at the rules of declarations: ``checkConnect(_:)`` does.
extension InterfaceRepository {
  /// Connects a plug with a slot; a connection that is there already takes the new attributes.
  ///
  /// - Parameters:
  ///   - plugAttributes: What the plug's interface hooks said.
  ///   - slotAttributes: What the slot's interface hooks said.
  /// - Throws: ``InterfaceError`` in the reference's words; nothing is changed then.
  @discardableResult
  public mutating func connect(
    _ id: ConnectionID, plugAttributes: Attributes = Attributes(), slotAttributes: Attributes = Attributes()
  ) throws(InterfaceError) -> Connection {
    guard var plug = plug(id.plug) else {
      throw InterfaceError(
        "cannot connect plug \(quoted(id.plug.name)) from snap \(quoted(id.plug.snap)): no such plug",
        kind: .noSuchSide)
    }
    guard var slot = slot(id.slot) else {
      throw InterfaceError(
        "cannot connect slot \(quoted(id.slot.name)) from snap \(quoted(id.slot.snap)): no such slot",
        kind: .noSuchSide)
    }
    guard plug.interface == slot.interface else {
      throw InterfaceError(
        "cannot connect plug \"\(id.plug)\" (interface \(quoted(plug.interface))) to \"\(id.slot)\" (interface "
          + "\(quoted(slot.interface)))")
    }
    guard let interface = interfaces[plug.interface] else {
      throw InterfaceError("internal error: unknown interface \(quoted(plug.interface))")
    }
    plug.dynamicAttributes = plugAttributes
    slot.dynamicAttributes = slotAttributes
    let connection = Connection(plug: plug, slot: slot, machine: machine)
    try checkConflicts(of: interface, id)
    do throws(InterfaceError) {
      try interface.checkConnection(connection)
    } catch {
      throw InterfaceError("cannot connect plug \(quoted(plug.name)) of snap \(quoted(plug.snap.instance)): \(error)")
    }
    connected[id] = DynamicAttributes(plug: plugAttributes, slot: slotAttributes)
    return connection
  }

  /// Interfaces that would fight over the same devices are not connected to one snap together.
  private func checkConflicts(of interface: Interface, _ id: ConnectionID) throws(InterfaceError) {
    for other in connected.keys where other.plug.snap == id.plug.snap && other != id {
      guard let name = plug(other.plug)?.interface, let known = interfaces[name] else { continue }
      guard interface.conflicts.contains(name) || known.conflicts.contains(interface.name) else { continue }
      throw InterfaceError(
        "cannot connect plug \(quoted(id.plug.name)) of snap \(quoted(id.plug.snap)): interface "
          + "\(quoted(interface.name)) conflicts with connected interface \(quoted(name))")
    }
  }

  /// Ends a connection.
  ///
  /// - Throws: ``InterfaceError`` when there is no such plug, slot or connection.
  @discardableResult
  public mutating func disconnect(_ id: ConnectionID) throws(InterfaceError) -> Connection {
    guard plug(id.plug) != nil else { throw .noPlug(id.plug.name.rawValue, id.plug.snap.rawValue) }
    guard slot(id.slot) != nil else { throw .noSlot(id.slot.name.rawValue, id.slot.snap.rawValue) }
    guard let connection = connection(id) else { throw .notConnected(id) }
    connected[id] = nil
    return connection
  }

  /// A connection as it is now, or nil.
  public func connection(_ id: ConnectionID) -> Connection? {
    guard let dynamic = connected[id], var plug = plug(id.plug), var slot = slot(id.slot) else { return nil }
    plug.dynamicAttributes = dynamic.plug
    slot.dynamicAttributes = dynamic.slot
    return Connection(plug: plug, slot: slot, machine: machine)
  }

  public func isConnected(_ id: ConnectionID) -> Bool { connected[id] != nil }

  /// Every connection, in the order of ids.
  public var connections: [Connection] { connected.keys.sorted().compactMap { connection($0) } }

  /// The connections with a snap on either side.
  public func connected(of instance: InstanceName) -> [Connection] {
    connected.keys.filter { $0.involves(instance) }.sorted().compactMap { connection($0) }
  }

  /// The connections of one plug or slot.
  public func connected(with end: EndReference) -> [ConnectionID] {
    connected.keys.filter { $0.plug == end || $0.slot == end }.sorted()
  }

  /// The snaps on the other side of a snap's connections: their profiles change with it.
  public func neighbours(of instance: InstanceName) -> [InstanceName] {
    var found: Set<InstanceName> = []
    for id in connected.keys where id.involves(instance) {
      found.insert(id.plug.snap == instance ? id.slot.snap : id.plug.snap)
    }
    found.remove(instance)
    return found.sorted()
  }

  /// Whether a plug of an interface is connected: what `snap`-socket requests and managed refreshes ask.
  public func hasConnectedPlug(of instance: InstanceName, interface: String) -> Bool {
    connected.keys.contains { $0.plug.snap == instance && plug($0.plug)?.interface == interface }
  }
}
