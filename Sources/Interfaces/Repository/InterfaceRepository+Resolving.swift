internal import Snap

/// From what a person writes to connections. Empty texts are what was not written.
extension InterfaceRepository {
  /// The connection that `snap connect SNAP:PLUG [[SNAP]:[SLOT]]` means: no snap is the system, no slot is the only
  /// one of the plug's interface.
  ///
  /// - Throws: ``InterfaceError`` in the reference's words.
  public func resolveConnect(
    plugSnap: String, plug plugName: String, slotSnap: String = "", slot slotName: String = ""
  ) throws(InterfaceError) -> ConnectionID {
    guard !plugSnap.isEmpty else { throw InterfaceError("cannot resolve connection, plug snap name is empty") }
    guard !plugName.isEmpty else { throw InterfaceError("cannot resolve connection, plug name is empty") }
    let plug = try find(.plug, snap: plugSnap, name: plugName)
    var slotName = slotName
    if slotName.isEmpty {
      let producer = shownName(slotSnap)
      let candidates = instance(named: slotSnap).map { slots(of: $0) } ?? []
      let names = candidates.filter { $0.interface == plug.interface }.map(\.name.rawValue)
      guard let only = names.first else {
        throw InterfaceError(
          "snap \(quoted(producer)) has no \(quoted(plug.interface)) interface slots", kind: .noSuchSide)
      }
      guard names.count == 1 else {
        throw InterfaceError(
          "snap \(quoted(producer)) has multiple \(quoted(plug.interface)) interface slots: "
            + names.joined(separator: ", "))
      }
      slotName = only
    }
    let slot = try find(.slot, snap: slotSnap, name: slotName)
    guard slot.interface == plug.interface else {
      throw InterfaceError(
        "cannot connect \(plug.end) (\(quoted(plug.interface)) interface) to \(slot.end) "
          + "(\(quoted(slot.interface)) interface)")
    }
    return ConnectionID(plug: plug.end, slot: slot.end)
  }

  /// The connections that `snap disconnect SNAP:PLUG SNAP:SLOT` or `snap disconnect SNAP:END` means.
  ///
  /// - Parameters:
  ///   - remembered: With `--forget`: the connections that are in the records, made or not.
  /// - Throws: ``InterfaceError``; its kind is ``InterfaceError/Kind/notConnected`` when there is nothing to do.
  public func resolveDisconnect(
    plugSnap: String, plug plugName: String, slotSnap: String = "", slot slotName: String = "",
    remembered: [ConnectionID]? = nil
  ) throws(InterfaceError) -> [ConnectionID] {
    switch (plugName.isEmpty, slotName.isEmpty) {
    case (false, false):
      return [try resolveDisconnect(plugSnap, plugName, slotSnap, slotName, remembered)]
    case (false, true) where slotSnap.isEmpty:
      return try ending(snap: plugSnap, end: plugName, remembered)
    case (true, false) where plugSnap.isEmpty:
      return try ending(snap: slotSnap, end: slotName, remembered)
    default:
      throw InterfaceError("allowed forms are <snap>:<plug> <snap>:<slot> or <snap>:<plug or slot>")
    }
  }

  private func resolveDisconnect(
    _ plugSnap: String, _ plugName: String, _ slotSnap: String, _ slotName: String, _ remembered: [ConnectionID]?
  ) throws(InterfaceError) -> ConnectionID {
    if let remembered {
      // What is forgotten need not be there any more.
      let found = remembered.first { id in
        id.plug == reference(plugSnap, plugName) && id.slot == reference(slotSnap, slotName)
      }
      if let found { return found }
      throw InterfaceError(
        "cannot forget connection \(shownName(plugSnap)):\(plugName) from \(shownName(slotSnap)):\(slotName), "
          + "it was not connected", kind: .notConnected)
    }
    let plug = try find(.plug, snap: plugSnap, name: plugName)
    let slot = try find(.slot, snap: slotSnap, name: slotName)
    let id = ConnectionID(plug: plug.end, slot: slot.end)
    guard isConnected(id) else { throw .notConnected(id) }
    return id
  }

  private func ending(snap: String, end: String, _ remembered: [ConnectionID]?) throws(InterfaceError)
    -> [ConnectionID]
  {
    let missing = InterfaceError(
      "snap \(quoted(shownName(snap))) has no plug or slot named \(quoted(end))", kind: .noSuchSide)
    guard let reference = reference(snap, end) else { throw missing }
    let old = remembered?.filter { $0.plug == reference || $0.slot == reference } ?? []
    guard side(.plug, reference) != nil || side(.slot, reference) != nil || !old.isEmpty else { throw missing }
    return Set(connected(with: reference) + old).sorted()
  }

  private func find(_ role: ConnectionSide.Role, snap: String, name: String) throws(InterfaceError) -> ConnectionSide {
    if let reference = reference(snap, name), let side = side(role, reference) { return side }
    throw role == .plug ? .noPlug(name, shownName(snap)) : .noSlot(name, shownName(snap))
  }

  private func reference(_ snap: String, _ name: String) -> EndReference? {
    guard let instance = instance(named: snap), let name = try? InterfaceEndName(name) else { return nil }
    return EndReference(instance, name)
  }

  /// A snap's name for messages.
  private func shownName(_ snap: String) -> String { instance(named: snap)?.rawValue ?? snap }
}

extension InterfaceError {
  static func noPlug(_ name: String, _ snap: String) -> InterfaceError {
    InterfaceError("snap \(quoted(snap)) has no plug named \(quoted(name))", kind: .noSuchSide)
  }

  static func noSlot(_ name: String, _ snap: String) -> InterfaceError {
    InterfaceError("snap \(quoted(snap)) has no slot named \(quoted(name))", kind: .noSuchSide)
  }

  static func notConnected(_ id: ConnectionID) -> InterfaceError {
    InterfaceError("cannot disconnect \(id.plug) from \(id.slot), it is not connected", kind: .notConnected)
  }
}
