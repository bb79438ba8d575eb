internal import YAML

/// The keys of one map of `snap.yaml`, read into types with errors that say where.
struct Keys {
  private let node: Node
  private let place: String

  init(_ node: Node, in place: String) {
    self.node = node
    self.place = place
  }

  private func value(_ key: String) -> Node? { node[key].flatMap { $0.isNull ? nil : $0 } }

  private func mismatch(_ key: String, _ node: Node, _ wanted: String) -> InvalidText {
    InvalidText("cannot parse snap.yaml: line \(node.line): \"\(key)\" in \(place) must be \(wanted), not \(node.kind)")
  }

  /// A text; numbers and truth values are taken as they are written.
  func text(_ key: String) throws(InvalidText) -> String? {
    guard let node = value(key) else { return nil }
    guard let text = node.string else { throw mismatch(key, node, "a string") }
    return text
  }

  /// A list of texts.
  func texts(_ key: String) throws(InvalidText) -> [String]? {
    guard let node = value(key) else { return nil }
    guard let elements = node.sequence else { throw mismatch(key, node, "a list of strings") }
    var texts: [String] = []
    for element in elements {
      guard let text = element.string else { throw mismatch(key, element, "a list of strings") }
      texts.append(text)
    }
    return texts
  }

  func integer(_ key: String) throws(InvalidText) -> Int? {
    guard let node = value(key) else { return nil }
    guard let number = node.integer else { throw mismatch(key, node, "a number") }
    return number
  }

  func integers(_ key: String) throws(InvalidText) -> [Int] {
    guard let node = value(key) else { return [] }
    guard let elements = node.sequence else { throw mismatch(key, node, "a list of numbers") }
    var numbers: [Int] = []
    for element in elements {
      guard let number = element.integer else { throw mismatch(key, element, "a list of numbers") }
      numbers.append(number)
    }
    return numbers
  }

  /// One of a few words; an empty one counts as none.
  func choice<C: RawRepresentable<String>>(
    _ key: String, _ type: C.Type, _ complaint: String
  ) throws(InvalidText) -> C? {
    guard let text = try text(key), !text.isEmpty else { return nil }
    guard let choice = C(rawValue: text) else { throw InvalidText("\(complaint): \(InvalidText.quote(text))") }
    return choice
  }

  /// A duration as Go writes it: `10s`, `1m30s`, `100ms`.
  func duration(_ key: String) throws(InvalidText) -> Duration? {
    guard let text = try text(key) else { return nil }
    guard let duration = Duration(goText: text) else {
      throw InvalidText("cannot parse snap.yaml: \"\(key)\" in \(place): invalid duration \(InvalidText.quote(text))")
    }
    guard duration >= .zero else { throw InvalidText("\"\(key)\" must be non-negative: \(text)") }
    return duration
  }

  /// The entries of a map.
  func entries(_ key: String) throws(InvalidText) -> [(key: String, value: Node)] {
    guard let node = value(key) else { return [] }
    guard let entries = node.mapping else { throw mismatch(key, node, "a map") }
    return entries
  }

  /// Environment variables, in order.
  func variables(_ key: String) throws(InvalidText) -> [SnapInfo.Variable] {
    var variables: [SnapInfo.Variable] = []
    for (name, value) in try entries(key) {
      guard !name.isEmpty, !name.contains("="), !name.contains("\0") else {
        throw InvalidText("invalid environment variable name \(InvalidText.quote(name))")
      }
      guard let text = value.isNull ? "" : value.string else { throw mismatch(name, value, "a string") }
      variables.append(SnapInfo.Variable(name, text))
    }
    return variables
  }

  /// Plugs or slots: nothing, the name of an interface, or a map with attributes.
  func ends(_ key: String, _ side: String) throws(InvalidText) -> [InterfaceEnd] {
    var ends: [InterfaceEnd] = []
    for (name, node) in try entries(key) {
      guard InterfaceWord.isValid(name) else { throw InvalidText("invalid \(side) name: \"\(name)\"") }
      var end = InterfaceEnd(name: try InterfaceEndName(name), interface: name)
      if let interface = node.string {
        end.interface = interface
      } else if let entries = node.mapping {
        for (attribute, value) in entries { try read(attribute, value, into: &end, side) }
      } else if !node.isNull {
        throw InvalidText("\(side) \"\(name)\" has malformed definition (found \(node.kind))")
      }
      ends.append(end)
    }
    return ends.sorted { $0.name < $1.name }
  }

  private func read(
    _ attribute: String, _ value: Node, into end: inout InterfaceEnd, _ side: String
  ) throws(InvalidText) {
    switch attribute {
    case "interface":
      guard let interface = value.string else {
        throw InvalidText("interface name on \(side) \"\(end.name)\" is not a string (found \(value.kind))")
      }
      end.interface = interface
    case "label":
      guard let label = value.string else {
        throw InvalidText("label of \(side) \"\(end.name)\" is not a string (found \(value.kind))")
      }
      end.label = label
    case "": throw InvalidText("\(side) \"\(end.name)\" has an attribute without a name")
    case let name where name.hasPrefix("$"):
      throw InvalidText("\(side) \"\(end.name)\" uses reserved attribute \"\(name)\"")
    default: end.attributes.append((attribute, AttributeValue(value)))
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
      } else {
        self = .string(text)
      }
    }
  }
}

extension Duration {
  /// Parses what Go's `time.ParseDuration` parses: signed decimals with units, such as `1h15m30.5s`.
  public init?(goText: String) {
    var rest = Substring(goText)
    var sign: Int64 = 1
    if rest.hasPrefix("-") || rest.hasPrefix("+") {
      sign = rest.hasPrefix("-") ? -1 : 1
      rest.removeFirst()
    }
    if rest == "0" {
      self = .zero
      return
    }
    guard !rest.isEmpty else { return nil }
    let units: [(String, Double)] = [
      ("ns", 1), ("us", 1e3), ("µs", 1e3), ("ms", 1e6), ("s", 1e9), ("m", 6e10), ("h", 3.6e12),
    ]
    var total = 0.0
    while !rest.isEmpty {
      let number = rest.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
      rest = rest.dropFirst(number.count)
      let unit = rest.prefix { !($0.isASCII && ($0.isNumber || $0 == ".")) }
      rest = rest.dropFirst(unit.count)
      guard let value = Double(number), let scale = units.first(where: { $0.0 == unit })?.1 else { return nil }
      total += value * scale
    }
    guard total < 9.2e18 else { return nil }
    self = .nanoseconds(sign * Int64(total))
  }
}
