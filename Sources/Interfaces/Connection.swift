public import Permissions
public import Snap

/// A plug or a slot of an installed snap, as interfaces see it.
public struct ConnectionSide: Sendable {
  public enum Role: String, Sendable { case plug, slot }

  public var role: Role
  /// The plug's or slot's own name.
  public var name: InterfaceEndName
  public var interface: String
  public var snap: Owner
  /// What `snap.yaml` says, with defaults filled in by the interface's check.
  public var attributes: Attributes
  /// What interface hooks said; it stands before ``attributes``.
  public var dynamicAttributes: Attributes
  /// The apps and hooks that have this side.
  public var tags: [SecurityTag]
  /// For people.
  public var label: String

  public init(
    role: Role, name: InterfaceEndName, interface: String, snap: Owner, attributes: Attributes = Attributes(),
    dynamicAttributes: Attributes = Attributes(), tags: [SecurityTag] = [], label: String = ""
  ) {
    self.role = role
    self.name = name
    self.interface = interface
    self.snap = snap
    self.attributes = attributes
    self.dynamicAttributes = dynamicAttributes
    self.tags = tags
    self.label = label
  }

  /// The snap that has a side.
  public struct Owner: Sendable {
    public var instance: InstanceName
    public var revision: Revision
    public var type: SnapType
    /// The store's id, when it came from a store.
    public var snapID: String?
    public var publisherID: String?
    /// Whether this is the system itself (`system`, the snap `snapd` or `core`).
    public var isSystem: Bool

    public init(
      instance: InstanceName, revision: Revision, type: SnapType, snapID: String? = nil, publisherID: String? = nil,
      isSystem: Bool = false
    ) {
      self.instance = instance
      self.revision = revision
      self.type = type
      self.snapID = snapID
      self.publisherID = publisherID
      self.isSystem = isSystem
    }
  }

  /// An attribute by its dotted path, the hooks' word first.
  public subscript(path: String) -> AttributeValue? { dynamicAttributes[path] ?? attributes[path] }

  /// The processes on this side, for rules of the other: the snap's own tags, or the host's unconfined processes where
  /// the system has the side.
  public var peer: PeerLabel { snap.isSystem ? .unconfined : .tags(tags.map(\.description)) }

  /// The tags as one pattern, as the reference writes them in paths and labels: `snap.foo.bar`, `snap.foo.{a,b}`,
  /// `snap.foo.*` when all of the snap's apps have the side.
  public var tagPattern: PolicyPattern {
    guard !snap.isSystem else { return "unconfined" }
    let texts = tags.compactMap { try? PatternText($0.description) }
    guard let first = texts.first else { return "snap.\(instanceText).none" }
    guard texts.count > 1 else { return "\(first)" }
    return (try? PolicyPattern("{" + texts.map(\.escaped).joined(separator: ",") + "}")) ?? "\(first)"
  }

  /// The instance's name, which no glob character can be in.
  public var instanceText: PatternText { PatternText(of: snap.instance.rawValue) }

  /// The snap's name without instance key.
  public var snapNameText: PatternText { PatternText(of: snap.instance.name.rawValue) }
}

extension PatternText {
  /// A text whose type has no byte that patterns cannot hold.
  init(of checked: String) {
    self = (try? PatternText(checked)) ?? PatternText(0)
  }
}

/// Attributes of a plug or slot.
public struct Attributes: Hashable, Sendable {
  public var values: [String: AttributeValue]

  public init(_ values: [String: AttributeValue] = [:]) { self.values = values }

  public init(_ end: InterfaceEnd) {
    self.init(Dictionary(end.attributes.map { ($0.key, $0.value) }, uniquingKeysWith: { $1 }))
  }

  /// The value at a path of keys separated by dots.
  public subscript(path: String) -> AttributeValue? {
    get {
      var value: AttributeValue? = .map(values)
      for key in path.split(separator: ".", omittingEmptySubsequences: false) {
        guard case .map(let map)? = value else { return nil }
        value = map[String(key)]
      }
      return value
    }
    set { values[path] = newValue }
  }
}

/// A plug and a slot, together.
public struct Connection: Sendable {
  public var plug: ConnectionSide
  public var slot: ConnectionSide
  public var machine: Machine

  public init(plug: ConnectionSide, slot: ConnectionSide, machine: Machine = Machine()) {
    self.plug = plug
    self.slot = slot
    self.machine = machine
  }

  /// `consumer:camera system:camera`, the key of a connection everywhere.
  public var id: String { "\(plug.snap.instance):\(plug.name) \(slot.snap.instance):\(slot.name)" }
}

/// A device that the kernel announced (udev(7)).
public struct HotplugDevice: Sendable {
  /// Path below `/sys`.
  public var devicePath: String
  public var subsystem: String
  /// Path in `/dev`, if it has a node.
  public var node: String?
  public var properties: [String: String]

  public init(devicePath: String, subsystem: String, node: String?, properties: [String: String]) {
    self.devicePath = devicePath
    self.subsystem = subsystem
    self.node = node
    self.properties = properties
  }
}

/// A slot that the system has while a device is there.
public struct HotplugSlot: Sendable {
  public var name: String
  public var label: String
  public var attributes: Attributes

  public init(name: String, label: String, attributes: Attributes) {
    self.name = name
    self.label = label
    self.attributes = attributes
  }
}
