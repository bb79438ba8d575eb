public import JSONValues

/// The options of one snap, or of the system: a tree of values.
///
/// In the state it is one text, so that every number stays as it was given.
public struct Configuration: Hashable, Sendable {
  /// The options without a dot.
  public var values: [String: JSONValue]

  public init(_ values: [String: JSONValue] = [:]) { self.values = values }

  public var isEmpty: Bool { values.isEmpty }

  /// The value of an option.
  ///
  /// - Parameters:
  ///   - key: nil for all of them.
  ///   - snap: whose they are, for errors.
  /// - Throws: ``ConfigurationError/noOption(snap:key:)``, also for one that is null; or that something on the way is
  ///   no map.
  public func value(_ key: OptionKey?, of snap: String) throws(ConfigurationError) -> JSONValue {
    guard let key else {
      if values.isEmpty { throw .noOption(snap: snap, key: "") }
      return .object(values)
    }
    var here = values
    for (depth, part) in key.parts.enumerated() {
      guard let value = here[part], value != .null else { throw .noOption(snap: snap, key: key.prefix(depth + 1)) }
      if depth + 1 == key.parts.count { return value }
      guard case .object(let members) = value else { throw .notMap(snap: snap, key: key.prefix(depth + 1)) }
      here = members
    }
    throw .noOption(snap: snap, key: key.description)
  }

  /// Without what is null: that is how an option is taken away. Maps that become empty stay.
  func withoutNulls() -> Configuration { Configuration(Self.withoutNulls(values)) }

  private static func withoutNulls(_ members: [String: JSONValue]) -> [String: JSONValue] {
    members.compactMapValues { value in
      switch value {
      case .null: nil
      case .object(let inner): .object(withoutNulls(inner))
      default: value
      }
    }
  }
}

extension Configuration: Codable {
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    guard case .object(let values) = try JSONValue(parsing: try container.decode(String.self)) else {
      throw DecodingError.dataCorruptedError(in: container, debugDescription: "configuration is not a map")
    }
    self.init(values)
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(JSONValue.object(values).text)
  }
}
