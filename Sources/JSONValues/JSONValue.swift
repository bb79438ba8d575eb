/// Any JSON: configuration, the `value` of an error, the `data` of a change, attributes of interfaces.
public enum JSONValue: Hashable, Sendable {
  case null
  case bool(Bool)
  /// A number without fraction or exponent that fits 64 bits.
  case integer(Int64)
  /// Any other number, as it was written: 1.0 stays 1.0, and nothing of a long one is lost.
  case decimal(String)
  #if !hasFeature(Embedded)
    /// A number that was computed, or came through a decoder that knows no others.
    case number(Double)
  #endif
  case string(String)
  case array([JSONValue])
  case object([String: JSONValue])

  /// The value of a key, when this is an object that has it.
  public subscript(key: String) -> JSONValue? {
    if case .object(let members) = self { return members[key] }
    return nil
  }

  /// The text, when this is a string.
  public var string: String? {
    if case .string(let text) = self { return text }
    return nil
  }

  /// The elements, when this is an array.
  public var array: [JSONValue]? {
    if case .array(let elements) = self { return elements }
    return nil
  }

  /// The members, when this is an object.
  public var object: [String: JSONValue]? {
    if case .object(let members) = self { return members }
    return nil
  }

  /// The truth, when this is a boolean.
  public var bool: Bool? {
    if case .bool(let truth) = self { return truth }
    return nil
  }

  /// The number, when this is a whole number.
  public var integer: Int64? {
    if case .integer(let number) = self { return number }
    return nil
  }

  /// What the value is, in Go's words for error texts: `string`, `number`, `bool`, `array`, `object`, `null`.
  public var typeName: String {
    switch self {
    case .null: "null"
    case .bool: "bool"
    case .integer, .decimal: "number"
    #if !hasFeature(Embedded)
      case .number: "number"
    #endif
    case .string: "string"
    case .array: "array"
    case .object: "object"
    }
  }
}
