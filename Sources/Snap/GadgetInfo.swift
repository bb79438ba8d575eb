internal import ByteText
public import JSONValues
internal import YAML

/// A connection that the gadget asks for, by the ids of snaps (`connections:` of `gadget.yaml`).
public struct GadgetConnection: Hashable, Sendable {
  public var plugSnapID: String
  public var plug: String
  /// `system` for the system.
  public var slotSnapID: String
  public var slot: String

  /// A gadget that names no slot means the system's of the plug's name.
  public init(plugSnapID: String, plug: String, slotSnapID: String = "system", slot: String? = nil) {
    self.plugSnapID = plugSnapID
    self.plug = plug
    self.slotSnapID = slotSnapID
    self.slot = slot ?? plug
  }
}

/// What a gadget snap says of the machine in `meta/gadget.yaml`, as far as this system uses it.
public struct GadgetInfo: Equatable, Sendable {
  /// What is to be connected, beside what rules connect.
  public var connections: [GadgetConnection] = []
  /// What is set of the options of a snap when it is first installed, by its id; `system` is the system.
  public var defaults: [String: [String: JSONValue]] = [:]

  public init() {}

  /// Parses `meta/gadget.yaml`. Keys that nobody knows are ignored.
  ///
  /// - Throws: ``InvalidText``, in the reference's words.
  public init(yaml bytes: [UInt8]) throws(InvalidText) {
    let document: Node
    do throws(YAMLError) { document = try Node.parse(bytes) } catch { throw Self.invalid(error.description) }
    guard document.mapping != nil || document.isNull else { throw Self.invalid("it is no map") }
    if let defaults = document["defaults"], !defaults.isNull { self.defaults = try Self.defaults(defaults) }
    guard let connections = document["connections"], !connections.isNull else { return }
    guard let elements = connections.sequence else { throw Self.invalid("connections are no list") }
    for element in elements {
      guard let plug = try Self.end(element, "plug") else {
        throw InvalidText("gadget connection plug cannot be empty")
      }
      let slot = try Self.end(element, "slot")
      self.connections.append(
        GadgetConnection(
          plugSnapID: plug.snapID, plug: plug.name, slotSnapID: slot?.snapID ?? "system", slot: slot?.name))
    }
  }

  private static func defaults(_ node: Node) throws(InvalidText) -> [String: [String: JSONValue]] {
    guard let snaps = node.mapping else { throw invalid("defaults are no map") }
    var result: [String: [String: JSONValue]] = [:]
    for (id, options) in snaps {
      guard id.hasSameBytes(as: "system") || isSnapID(id) else {
        throw InvalidText("default stanza not compatible with schema: snap id \(InvalidText.quote(id)) is not valid")
      }
      guard case .object(let values)? = value(options) else {
        throw InvalidText("default stanza not compatible with schema: options of \(InvalidText.quote(id)) are no map")
      }
      result[id] = values
    }
    return result
  }

  /// 32 letters and digits (`spec/assertions-and-store.md`).
  private static func isSnapID(_ text: String) -> Bool {
    NameForm.isStoreID(text)
  }

  /// A node as JSON; nil for null, which sets nothing.
  private static func value(_ node: Node) -> JSONValue? {
    if let members = node.mapping {
      var object: [String: JSONValue] = [:]
      for (key, member) in members { object[key] = value(member) }
      return .object(object)
    }
    if let elements = node.sequence { return .array(elements.map { value($0) ?? .null }) }
    if node.isNull { return nil }
    if let truth = node.bool { return .bool(truth) }
    if let number = node.integer { return .integer(Int64(number)) }
    if let number = node.float, number.isFinite { return .number(number) }
    return node.string.map(JSONValue.string)
  }

  private static func invalid(_ problem: String) -> InvalidText {
    InvalidText("cannot parse gadget metadata: \(problem)")
  }

  /// One side of a connection: `<snap-id>:<name>` or `system:<name>`; nil when it is not given.
  private static func end(
    _ connection: Node, _ key: String
  ) throws(InvalidText) -> (snapID: String, name: String)? {
    guard let node = connection[key], !node.isNull else { return nil }
    guard let text = node.string else { throw invalid("connection \(key) is no text") }
    let parts = text.byteSplit(":", keepingEmpty: true)
    guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty else {
      throw invalid(
        "in gadget connection \(key): expected \"(<snap-id>|system):name\" not \(InvalidText.quote(text))")
    }
    return (String(parts[0]), String(parts[1]))
  }
}
