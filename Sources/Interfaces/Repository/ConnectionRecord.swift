/// What the state remembers of a connection between runs, also when its snaps are gone for now.
///
/// The keys are the reference's (`conns` of its state), so that a state can be taken over.
public struct ConnectionRecord: Hashable, Sendable, Codable {
  public var interface: String
  /// The system made it by itself.
  public var isAutomatic: Bool
  /// The gadget asked for it.
  public var isByGadget: Bool
  /// A person ended a connection that the system would make again.
  public var isUndesired: Bool
  /// The device of its slot is gone; it is made again when the device comes back.
  public var isHotplugGone: Bool
  public var hotplugKey: String?
  public var plugAttributes: Attributes
  public var plugDynamicAttributes: Attributes
  public var slotAttributes: Attributes
  public var slotDynamicAttributes: Attributes

  public init(
    interface: String, isAutomatic: Bool = false, isByGadget: Bool = false, isUndesired: Bool = false,
    isHotplugGone: Bool = false, hotplugKey: String? = nil, plugAttributes: Attributes = Attributes(),
    plugDynamicAttributes: Attributes = Attributes(), slotAttributes: Attributes = Attributes(),
    slotDynamicAttributes: Attributes = Attributes()
  ) {
    self.interface = interface
    self.isAutomatic = isAutomatic
    self.isByGadget = isByGadget
    self.isUndesired = isUndesired
    self.isHotplugGone = isHotplugGone
    self.hotplugKey = hotplugKey
    self.plugAttributes = plugAttributes
    self.plugDynamicAttributes = plugDynamicAttributes
    self.slotAttributes = slotAttributes
    self.slotDynamicAttributes = slotDynamicAttributes
  }

  /// The record of a connection that was just made.
  public init(_ connection: Connection, isAutomatic: Bool = false, isByGadget: Bool = false) {
    self.init(
      interface: connection.plug.interface, isAutomatic: isAutomatic, isByGadget: isByGadget,
      plugAttributes: connection.plug.attributes, plugDynamicAttributes: connection.plug.dynamicAttributes,
      slotAttributes: connection.slot.attributes, slotDynamicAttributes: connection.slot.dynamicAttributes)
  }

  /// Whether the connection is to be there when both sides are.
  public var isWanted: Bool { !isUndesired && !isHotplugGone }

  private enum CodingKeys: String, CodingKey {
    case interface
    case isAutomatic = "auto"
    case isByGadget = "by-gadget"
    case isUndesired = "undesired"
    case isHotplugGone = "hotplug-gone"
    case hotplugKey = "hotplug-key"
    case plugAttributes = "plug-static"
    case plugDynamicAttributes = "plug-dynamic"
    case slotAttributes = "slot-static"
    case slotDynamicAttributes = "slot-dynamic"
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    func flag(_ key: CodingKeys) throws -> Bool { try container.decodeIfPresent(Bool.self, forKey: key) ?? false }
    func attributes(_ key: CodingKeys) throws -> Attributes {
      try container.decodeIfPresent(Attributes.self, forKey: key) ?? Attributes()
    }
    self.init(
      interface: try container.decodeIfPresent(String.self, forKey: .interface) ?? "",
      isAutomatic: try flag(.isAutomatic), isByGadget: try flag(.isByGadget), isUndesired: try flag(.isUndesired),
      isHotplugGone: try flag(.isHotplugGone),
      hotplugKey: try container.decodeIfPresent(String.self, forKey: .hotplugKey),
      plugAttributes: try attributes(.plugAttributes), plugDynamicAttributes: try attributes(.plugDynamicAttributes),
      slotAttributes: try attributes(.slotAttributes), slotDynamicAttributes: try attributes(.slotDynamicAttributes))
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    func set(_ flag: Bool, _ key: CodingKeys) throws { if flag { try container.encode(true, forKey: key) } }
    func set(_ attributes: Attributes, _ key: CodingKeys) throws {
      if !attributes.values.isEmpty { try container.encode(attributes, forKey: key) }
    }
    try container.encode(interface, forKey: .interface)
    try set(isAutomatic, .isAutomatic)
    try set(isByGadget, .isByGadget)
    try set(isUndesired, .isUndesired)
    try set(isHotplugGone, .isHotplugGone)
    try container.encodeIfPresent(hotplugKey, forKey: .hotplugKey)
    try set(plugAttributes, .plugAttributes)
    try set(plugDynamicAttributes, .plugDynamicAttributes)
    try set(slotAttributes, .slotAttributes)
    try set(slotDynamicAttributes, .slotDynamicAttributes)
  }
}
