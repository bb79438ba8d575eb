public import Interfaces
public import State

/// A slot that a device brought, now or earlier (`spec/features.md` §7, `hotplug-slots`).
public struct HotplugRecord: Codable, Equatable, Sendable {
  public var name: String
  public var interface: String
  public var attributes: Attributes
  /// What the device is known by.
  public var key: String
  /// The device is not there.
  public var isGone: Bool
  /// Where the kernel shows the device, by which its going is told.
  public var devicePath: String

  enum CodingKeys: String, CodingKey {
    case name, interface
    case attributes = "static-attrs"
    case key = "hotplug-key"
    case isGone = "hotplug-gone"
    case devicePath = "device-path"
  }
}

extension RecordKind where Value == HotplugRecord {
  /// Slots of devices, by name.
  public static let hotplugSlots = RecordKind<HotplugRecord>("hotplug-slots")
}

/// What the tasks of one device's slot are told.
struct HotplugSetup: Codable, Equatable, Sendable {
  var record: HotplugRecord
}
