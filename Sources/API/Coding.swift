internal import FoundationEssentials

/// A value that has an empty form, which Go's `omitempty` leaves out of JSON.
public protocol Emptiable {
  /// The empty form: `""`, `0`, `false`, `[]`, `{}`.
  static var emptyValue: Self { get }
  /// Whether this value is the empty form.
  var isEmptyValue: Bool { get }
}

extension String: Emptiable {
  public static var emptyValue: String { "" }
  public var isEmptyValue: Bool { isEmpty }
}
extension Bool: Emptiable {
  public static var emptyValue: Bool { false }
  public var isEmptyValue: Bool { !self }
}
extension Int: Emptiable {
  public static var emptyValue: Int { 0 }
  public var isEmptyValue: Bool { self == 0 }
}
extension Int64: Emptiable {
  public static var emptyValue: Int64 { 0 }
  public var isEmptyValue: Bool { self == 0 }
}
extension Array: Emptiable {
  public static var emptyValue: [Element] { [] }
  public var isEmptyValue: Bool { isEmpty }
}
extension Dictionary: Emptiable {
  public static var emptyValue: [Key: Value] { [:] }
  public var isEmptyValue: Bool { isEmpty }
}

/// A key that is left out of the JSON when its value is empty, and reads as empty when it is missing or `null`.
@propertyWrapper
public struct OmitEmpty<Value: Codable & Emptiable & Sendable>: Sendable {
  public var wrappedValue: Value
  public init(wrappedValue: Value) { self.wrappedValue = wrappedValue }
  public init() { wrappedValue = .emptyValue }
}

/// A key that is always written, and reads as empty when it is missing or `null`.
@propertyWrapper
public struct Present<Value: Codable & Emptiable & Sendable>: Sendable {
  public var wrappedValue: Value
  public init(wrappedValue: Value) { self.wrappedValue = wrappedValue }
  public init() { wrappedValue = .emptyValue }
}

extension OmitEmpty: Equatable where Value: Equatable {}
extension OmitEmpty: Hashable where Value: Hashable {}
extension Present: Equatable where Value: Equatable {}
extension Present: Hashable where Value: Hashable {}

extension OmitEmpty: Codable {
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    wrappedValue = container.decodeNil() ? .emptyValue : try container.decode(Value.self)
  }
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(wrappedValue)
  }
}

extension Present: Codable {
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    wrappedValue = container.decodeNil() ? .emptyValue : try container.decode(Value.self)
  }
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(wrappedValue)
  }
}

// The synthesised Codable of a structure with wrapped properties picks these overloads: they are what makes a
// wrapped key optional in both directions.
extension KeyedEncodingContainer {
  mutating func encode<V>(_ value: OmitEmpty<V>, forKey key: Key) throws {
    if !value.wrappedValue.isEmptyValue { try encode(value.wrappedValue, forKey: key) }
  }
  mutating func encode<V>(_ value: Present<V>, forKey key: Key) throws {
    try encode(value.wrappedValue, forKey: key)
  }
}

extension KeyedDecodingContainer {
  func decode<V>(_ type: OmitEmpty<V>.Type, forKey key: Key) throws -> OmitEmpty<V> {
    OmitEmpty(wrappedValue: try decodeIfPresent(V.self, forKey: key) ?? .emptyValue)
  }
  func decode<V>(_ type: Present<V>.Type, forKey key: Key) throws -> Present<V> {
    Present(wrappedValue: try decodeIfPresent(V.self, forKey: key) ?? .emptyValue)
  }
}

/// JSON text of wire types: one place that fixes how both ends write and read it.
public enum WireJSON {
  /// The JSON text of a value; keys in alphabetical order, so that equal values give equal bytes.
  ///
  /// - Throws: `EncodingError` for a number that JSON cannot hold (NaN, infinity).
  public static func encode(_ value: some Encodable) throws -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return [UInt8](try encoder.encode(value))
  }

  /// Reads a value from JSON text. Nesting is limited by the decoder (512 levels).
  ///
  /// - Throws: `DecodingError` when the text is no JSON or has another shape.
  public static func decode<T: Decodable>(_ type: T.Type, from bytes: [UInt8]) throws -> T {
    try JSONDecoder().decode(type, from: Data(bytes))
  }
}
