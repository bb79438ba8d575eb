public import Snap

/// A plug or slot by the snap that has it: `consumer:camera`.
public struct EndReference: Hashable, Comparable, Sendable, CustomStringConvertible {
  public var snap: InstanceName
  public var name: InterfaceEndName

  public init(_ snap: InstanceName, _ name: InterfaceEndName) {
    self.snap = snap
    self.name = name
  }

  /// Reads `snap:name`; nil when the text is anything else.
  public init?(_ text: some StringProtocol) {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 2, let snap = try? InstanceName(String(parts[0])),
      let name = try? InterfaceEndName(String(parts[1]))
    else { return nil }
    self.init(snap, name)
  }

  public var description: String { "\(snap):\(name)" }

  public static func < (left: EndReference, right: EndReference) -> Bool {
    (left.snap.rawValue, left.name.rawValue) < (right.snap.rawValue, right.name.rawValue)
  }
}

extension ConnectionSide {
  /// How the side is addressed.
  public var end: EndReference { EndReference(snap.instance, name) }
}

/// Which plug is connected with which slot: `consumer:plug producer:slot`, the key of a connection in the state and
/// in the reference's (`spec/confinement.md` §8).
public struct ConnectionID: Hashable, Comparable, Sendable, Codable, CustomStringConvertible {
  public var plug: EndReference
  public var slot: EndReference

  public init(plug: EndReference, slot: EndReference) {
    self.plug = plug
    self.slot = slot
  }

  /// - Throws: ``InterfaceError`` with the reference's words when the text is no id.
  public init(_ text: String) throws(InterfaceError) {
    let parts = text.split(separator: " ", omittingEmptySubsequences: false)
    guard parts.count == 2, let plug = EndReference(parts[0]), let slot = EndReference(parts[1]) else {
      throw InterfaceError("malformed connection identifier: \(quoted(text))")
    }
    self.init(plug: plug, slot: slot)
  }

  public var description: String { "\(plug) \(slot)" }

  /// Whether a snap is on either side.
  public func involves(_ instance: InstanceName) -> Bool { plug.snap == instance || slot.snap == instance }

  public static func < (left: ConnectionID, right: ConnectionID) -> Bool {
    left.plug == right.plug ? left.slot < right.slot : left.plug < right.plug
  }

  public init(from decoder: any Decoder) throws {
    try self.init(try decoder.singleValueContainer().decode(String.self))
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }
}

extension Connection {
  public var connectionID: ConnectionID { ConnectionID(plug: plug.end, slot: slot.end) }
}

/// A text between double quotes, with what would break out of them escaped.
func quoted(_ text: some CustomStringConvertible) -> String { InvalidText.quote(text.description) }
