public import JSONValues
public import Snap

extension JSONValue {
  /// An attribute of a plug or slot as JSON.
  public init(_ value: AttributeValue) {
    switch value {
    case .null: self = .null
    case .bool(let truth): self = .bool(truth)
    case .integer(let number): self = .integer(Int64(number))
    case .number(let number): self = .number(number)
    case .string(let text): self = .string(text)
    case .list(let elements): self = .array(elements.map(JSONValue.init))
    case .map(let members): self = .object(members.mapValues(JSONValue.init))
    }
  }
}

extension AttributeValue {
  /// JSON as an attribute of a plug or slot.
  public init(_ value: JSONValue) {
    switch value {
    case .null: self = .null
    case .bool(let truth): self = .bool(truth)
    case .integer(let number): self = .integer(Int(number))
    case .decimal(let text): self = .number(Double(text) ?? 0)
    case .number(let number): self = .number(number)
    case .string(let text): self = .string(text)
    case .array(let elements): self = .list(elements.map(AttributeValue.init))
    case .object(let members): self = .map(members.mapValues(AttributeValue.init))
    }
  }
}
