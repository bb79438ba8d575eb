public import Snap

/// Attributes as JSON has them, for records and answers. Whole numbers stay whole.
///
/// Null keeps its place: a key that is there with nothing is another thing than no key.
extension AttributeValue: Codable {
  public init(from decoder: any Decoder) throws {
    if let container = try? decoder.container(keyedBy: AnyKey.self) {
      var map: [String: AttributeValue] = [:]
      for key in container.allKeys { map[key.stringValue] = try container.decode(AttributeValue.self, forKey: key) }
      self = .map(map)
      return
    }
    if var container = try? decoder.unkeyedContainer() {
      var list: [AttributeValue] = []
      while !container.isAtEnd { list.append(try container.decode(AttributeValue.self)) }
      self = .list(list)
      return
    }
    let container = try decoder.singleValueContainer()
    if container.decodeNil() {
      self = .null
    } else if let bool = try? container.decode(Bool.self) {
      self = .bool(bool)
    } else if let integer = try? container.decode(Int.self) {
      self = .integer(integer)
    } else if let number = try? container.decode(Double.self) {
      self = .number(number)
    } else {
      self = .string(try container.decode(String.self))
    }
  }

  public func encode(to encoder: any Encoder) throws {
    switch self {
    case .map(let map):
      var container = encoder.container(keyedBy: AnyKey.self)
      for (key, value) in map { try container.encode(value, forKey: AnyKey(key)) }
    case .list(let list):
      var container = encoder.unkeyedContainer()
      for value in list { try container.encode(value) }
    case .null:
      var container = encoder.singleValueContainer()
      try container.encodeNil()
    case .bool(let bool): try Self.encode(bool, to: encoder)
    case .integer(let integer): try Self.encode(integer, to: encoder)
    case .number(let number): try Self.encode(number, to: encoder)
    case .string(let text): try Self.encode(text, to: encoder)
    }
  }

  private static func encode(_ value: some Encodable, to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(value)
  }

  /// A key that is whatever the attribute is called.
  private struct AnyKey: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }

    init(_ text: String) { stringValue = text }
    init?(stringValue: String) { self.init(stringValue) }
    init?(intValue: Int) { nil }
  }
}

extension Attributes: Codable {
  public init(from decoder: any Decoder) throws {
    self.init(try decoder.singleValueContainer().decode([String: AttributeValue].self))
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(values)
  }

  /// Both together; of a key that is in both, the hooks' word.
  public func merged(with dynamic: Attributes) -> Attributes {
    Attributes(values.merging(dynamic.values) { $1 })
  }
}

extension ConnectionSide {
  /// All attributes, as hooks and API clients see them.
  public var allAttributes: Attributes { attributes.merged(with: dynamicAttributes) }
}
