internal import API
internal import InterfaceManager
internal import Interfaces
internal import Overlord
internal import Snap

/// Plugs, slots and connections in the API's words.
struct ConnectionListing {
  private let repository: InterfaceRepository
  private let records: [String: ConnectionRecord]
  private let connections: [Connection]
  private let byPlug: [EndReference: [EndReference]]
  private let bySlot: [EndReference: [EndReference]]

  init(_ repository: InterfaceRepository, _ records: [(key: String, value: ConnectionRecord)] = []) {
    self.repository = repository
    self.records = Dictionary(records.map { ($0.key, $0.value) }, uniquingKeysWith: { $1 })
    connections = repository.connections
    byPlug = Dictionary(grouping: connections, by: \.plug.end).mapValues { $0.map(\.slot.end) }
    bySlot = Dictionary(grouping: connections, by: \.slot.end).mapValues { $0.map(\.plug.end) }
  }

  func plugs(where isWanted: (ConnectionSide) -> Bool = { _ in true }) -> [PlugJSON] {
    repository.plugs.filter(isWanted).map { side in
      var json = PlugJSON(snap: side.snap.instance.description, plug: side.name.description)
      json.interface = side.interface
      json.attributes = side.attributes.json
      json.apps = side.apps
      json.label = side.label
      json.connections = (byPlug[side.end] ?? []).map {
        SlotReferenceJSON(snap: $0.snap.description, slot: $0.name.description)
      }
      return json
    }
  }

  func slots(where isWanted: (ConnectionSide) -> Bool = { _ in true }) -> [SlotJSON] {
    repository.slots.filter(isWanted).map { side in
      var json = SlotJSON(snap: side.snap.instance.description, slot: side.name.description)
      json.interface = side.interface
      json.attributes = side.attributes.json
      json.apps = side.apps
      json.label = side.label
      json.connections = (bySlot[side.end] ?? []).map {
        PlugReferenceJSON(snap: $0.snap.description, plug: $0.name.description)
      }
      return json
    }
  }

  /// The connections, and the plugs and slots with them; with `all` those that are not connected too.
  func connections(snap: String, interface: String, all: Bool) -> ConnectionsJSON {
    let wanted = snap.isEmpty ? nil : repository.instance(named: snap)
    func concerns(_ side: ConnectionSide) -> Bool { interface.isEmpty || side.interface == interface }
    var result = ConnectionsJSON()
    var plugs: Set<EndReference> = []
    var slots: Set<EndReference> = []
    for connection in connections where concerns(connection.plug) {
      if let wanted, connection.plug.snap.instance != wanted, connection.slot.snap.instance != wanted { continue }
      let record = records[connection.connectionID.description]
      var json = ConnectionJSON(
        connection.connectionID, interface: connection.plug.interface, record)
      json.plugAttributes = connection.plug.attributes.json.merging(connection.plug.dynamicAttributes.json) { $1 }
      json.slotAttributes = connection.slot.attributes.json.merging(connection.slot.dynamicAttributes.json) { $1 }
      result.established.append(json)
      plugs.insert(connection.plug.end)
      slots.insert(connection.slot.end)
    }
    if all {
      for (key, record) in records.sorted(by: { $0.key < $1.key }) where record.isUndesired {
        guard let id = try? ConnectionID(key), interface.isEmpty || record.interface == interface else { continue }
        if let wanted, id.plug.snap != wanted, id.slot.snap != wanted { continue }
        result.undesired.append(ConnectionJSON(id, interface: record.interface, record))
      }
    }
    func isShown(_ side: ConnectionSide, _ connected: Set<EndReference>) -> Bool {
      connected.contains(side.end)
        || (all && concerns(side) && (wanted == nil || side.snap.instance == wanted))
    }
    result.plugs = self.plugs { isShown($0, plugs) }
    result.slots = self.slots { isShown($0, slots) }
    return result
  }
}

extension ConnectionJSON {
  fileprivate init(_ id: ConnectionID, interface: String, _ record: ConnectionRecord?) {
    self.init(
      slot: SlotReferenceJSON(snap: id.slot.snap.description, slot: id.slot.name.description),
      plug: PlugReferenceJSON(snap: id.plug.snap.description, plug: id.plug.name.description), interface: interface)
    gadget = record?.isByGadget ?? false
    manual = record.map { !$0.isAutomatic && !$0.isByGadget } ?? false
  }
}

extension ConnectionSide {
  /// The apps that have the side, by name; hooks are not told of.
  fileprivate var apps: [String] {
    tags.compactMap { tag in
      let parts = tag.description.split(separator: ".")
      return parts.count == 3 ? String(parts[2]) : nil
    }
  }
}

extension Attributes {
  fileprivate var json: [String: JSONValue] { values.mapValues(JSONValue.init) }
}
