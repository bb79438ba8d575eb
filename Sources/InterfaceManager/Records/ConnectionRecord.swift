public import Interfaces
public import State

/// What the system remembers about one connection, made or unmade. One row of the state; keys as the reference names
/// them (`spec/features.md` §7, `conns`).
public struct ConnectionRecord: Codable, Equatable, Sendable {
  /// Made by rules, not by a person.
  public var auto: Bool
  /// Asked for by the gadget.
  public var byGadget: Bool
  public var interface: String
  /// A person took it apart: rules do not make it again.
  public var undesired: Bool
  public var staticPlug: Attributes
  public var dynamicPlug: Attributes
  public var staticSlot: Attributes
  public var dynamicSlot: Attributes
  /// The device of the slot is gone; the connection comes back with it.
  public var hotplugGone: Bool

  enum CodingKeys: String, CodingKey {
    case auto, interface, undesired
    case byGadget = "by-gadget"
    case staticPlug = "plug-static"
    case dynamicPlug = "plug-dynamic"
    case staticSlot = "slot-static"
    case dynamicSlot = "slot-dynamic"
    case hotplugGone = "hotplug-gone"
  }

  public init(
    interface: String, auto: Bool = false, byGadget: Bool = false, undesired: Bool = false,
    staticPlug: Attributes = Attributes(), dynamicPlug: Attributes = Attributes(),
    staticSlot: Attributes = Attributes(), dynamicSlot: Attributes = Attributes(), hotplugGone: Bool = false
  ) {
    self.interface = interface
    self.auto = auto
    self.byGadget = byGadget
    self.undesired = undesired
    self.staticPlug = staticPlug
    self.dynamicPlug = dynamicPlug
    self.staticSlot = staticSlot
    self.dynamicSlot = dynamicSlot
    self.hotplugGone = hotplugGone
  }

  /// Whether plug and slot are connected when both are there.
  public var isWanted: Bool { !undesired && !hotplugGone }
}

extension RecordKind where Value == ConnectionRecord {
  /// The connections, by `plugsnap:plug slotsnap:slot`.
  public static let connections = RecordKind<ConnectionRecord>("conns")
}
