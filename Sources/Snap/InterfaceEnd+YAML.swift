internal import ByteText
internal import YAML

extension InterfaceEnd {
  /// Plugs or slots: nothing, the name of an interface, or a map with attributes.
  static func all(_ keys: Keys<SnapKey>, _ key: SnapKey, _ side: String) throws(InvalidText) -> [InterfaceEnd] {
    var ends: [InterfaceEnd] = []
    for (name, node) in try keys.entries(key, as: "map[string]interface {}") {
      ends.append(try InterfaceEnd(name, node, side))
    }
    return ends.sorted { $0.name < $1.name }
  }

  private init(_ name: String, _ node: Node, _ side: String) throws(InvalidText) {
    guard InterfaceWord.isValid(name) else { throw InvalidText("invalid \(side) name: \(InvalidText.quote(name))") }
    self.init(name: try InterfaceEndName(name), interface: name)
    if let entries = node.mapping {
      for (attribute, value) in entries { try read(attribute, value, side) }
    } else if let interface = node.string, node.tag == "!!str" {
      self.interface = interface
    } else if !node.isNull {
      throw InvalidText("\(side) \"\(name)\" has malformed definition (found \(node.goType))")
    }
  }

  private mutating func read(_ attribute: String, _ value: Node, _ side: String) throws(InvalidText) {
    func text(_ what: String) throws(InvalidText) -> String {
      guard let text = value.string, value.tag == "!!str" else {
        throw InvalidText("\(what) \(side) \"\(name)\" is not a string (found \(value.goType))")
      }
      return text
    }
    switch InterfaceEndKey(rawValue: attribute) {
    case .interface: interface = try text("interface name on")
    case .label: label = try text("label of")
    case nil where attribute.isEmpty: throw InvalidText("\(side) \"\(name)\" has an empty attribute key")
    case nil where attribute.hasBytePrefix("$"):
      throw InvalidText("\(side) \"\(name)\" uses reserved attribute \(InvalidText.quote(attribute))")
    case nil: attributes.append((attribute, AttributeValue(value)))
    }
  }
}

extension AttributeValue {
  init(_ node: Node) {
    switch node.content {
    case .sequence(let elements): self = .list(elements.map { AttributeValue($0) })
    case .mapping(let entries):
      self = .map(Dictionary(entries.map { ($0.key, AttributeValue($0.value)) }, uniquingKeysWith: { $1 }))
    case .scalar(let text, _):
      if node.isNull {
        self = .null
      } else if let bool = node.bool {
        self = .bool(bool)
      } else if let integer = node.integer {
        self = .integer(integer)
      } else if let float = node.float {
        self = .number(float)
      } else {
        self = .string(text)
      }
    }
  }
}

extension Node {
  /// What Go calls a value of this kind: messages of the reference have it.
  var goType: String {
    switch tag {
    case "!!seq": "[]interface {}"
    case "!!map": "map[interface {}]interface {}"
    case "!!null": "<nil>"
    case "!!bool": "bool"
    case "!!int": "int"
    case "!!float": "float64"
    default: "string"
    }
  }
}
