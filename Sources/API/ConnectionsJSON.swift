/// A plug by its snap and name.
public struct PlugReferenceJSON: Codable, Hashable, Sendable {
  @Present public var snap: String
  @Present public var plug: String

  public init(snap: String, plug: String) {
    self.snap = snap
    self.plug = plug
  }
}

/// A slot by its snap and name.
public struct SlotReferenceJSON: Codable, Hashable, Sendable {
  @Present public var snap: String
  @Present public var slot: String

  public init(snap: String, slot: String) {
    self.snap = snap
    self.slot = slot
  }
}

/// A plug or a slot as `GET /v2/connections` and `/v2/interfaces` show it.
public struct PlugJSON: Codable, Hashable, Sendable {
  @Present public var snap: String
  @Present public var plug: String
  @OmitEmpty public var interface: String
  @OmitEmpty public var attributes: [String: JSONValue]
  @OmitEmpty public var apps: [String]
  @OmitEmpty public var label: String
  @OmitEmpty public var connections: [SlotReferenceJSON]

  public init(snap: String, plug: String) {
    self.snap = snap
    self.plug = plug
  }

  enum CodingKeys: String, CodingKey {
    case snap, plug, interface, apps, label, connections
    case attributes = "attrs"
  }
}

/// See ``PlugJSON``.
public struct SlotJSON: Codable, Hashable, Sendable {
  @Present public var snap: String
  @Present public var slot: String
  @OmitEmpty public var interface: String
  @OmitEmpty public var attributes: [String: JSONValue]
  @OmitEmpty public var apps: [String]
  @OmitEmpty public var label: String
  @OmitEmpty public var connections: [PlugReferenceJSON]

  public init(snap: String, slot: String) {
    self.snap = snap
    self.slot = slot
  }

  enum CodingKeys: String, CodingKey {
    case snap, slot, interface, apps, label, connections
    case attributes = "attrs"
  }
}

/// One connection of `GET /v2/connections`.
public struct ConnectionJSON: Codable, Hashable, Sendable {
  public var slot: SlotReferenceJSON
  public var plug: PlugReferenceJSON
  @Present public var interface: String
  /// Made by a person, not by rules.
  @OmitEmpty public var manual: Bool
  @OmitEmpty public var gadget: Bool
  @OmitEmpty public var slotAttributes: [String: JSONValue]
  @OmitEmpty public var plugAttributes: [String: JSONValue]

  public init(slot: SlotReferenceJSON, plug: PlugReferenceJSON, interface: String) {
    self.slot = slot
    self.plug = plug
    self.interface = interface
  }

  enum CodingKeys: String, CodingKey {
    case slot, plug, interface, manual, gadget
    case slotAttributes = "slot-attrs"
    case plugAttributes = "plug-attrs"
  }
}

/// The result of `GET /v2/connections`.
public struct ConnectionsJSON: Codable, Hashable, Sendable {
  @Present public var established: [ConnectionJSON]
  /// What a person has taken apart, and rules will not put together again.
  @OmitEmpty public var undesired: [ConnectionJSON]
  @Present public var plugs: [PlugJSON]
  @Present public var slots: [SlotJSON]

  public init() {}
}

/// The legacy result of `GET /v2/interfaces` without `select`.
public struct LegacyInterfacesJSON: Codable, Hashable, Sendable {
  @Present public var plugs: [PlugJSON]
  @Present public var slots: [SlotJSON]

  public init() {}
}

/// One interface of `GET /v2/interfaces?select=…`.
public struct InterfaceJSON: Codable, Hashable, Sendable {
  @Present public var name: String
  @OmitEmpty public var summary: String
  @OmitEmpty public var docURL: String
  @OmitEmpty public var plugs: [PlugJSON]
  @OmitEmpty public var slots: [SlotJSON]

  public init(name: String) { self.name = name }

  enum CodingKeys: String, CodingKey {
    case name, summary, plugs, slots
    case docURL = "doc-url"
  }
}

/// The body of `POST /v2/interfaces`.
public struct InterfaceInstruction: Codable, Hashable, Sendable {
  /// `connect` or `disconnect`.
  @Present public var action: String
  @OmitEmpty public var forget: Bool
  @OmitEmpty public var plugs: [PlugReferenceJSON]
  @OmitEmpty public var slots: [SlotReferenceJSON]

  public init(action: String, plug: PlugReferenceJSON, slot: SlotReferenceJSON, forget: Bool = false) {
    self.action = action
    self.forget = forget
    plugs = [plug]
    slots = [slot]
  }
}
