internal import JSONValues

/// What is to be changed of a configuration: a tree whose ends replace what is there, and whose maps keep the rest.
///
/// A value that was set as a whole (`a={"b": 1}`) replaces a map; options set below it (`a.b=1`) join it. Source: the
/// reference's transactions (`spec/engine.md`, "Config transaction").
indirect enum ConfigurationPatch: Equatable, Sendable {
  case value(JSONValue)
  case map([String: ConfigurationPatch])

  /// Puts a value at a key.
  ///
  /// - Parameter depth: how many words of the key lead to `node`.
  /// - Throws: that something on the way is no map.
  static func setting(
    _ node: ConfigurationPatch?, _ key: OptionKey, depth: Int, to value: JSONValue, of snap: String
  ) throws(ConfigurationError) -> ConfigurationPatch {
    guard depth < key.parts.count else { return .value(value) }
    let part = key.parts[depth]
    switch node {
    case nil:
      return .map([part: try setting(nil, key, depth: depth + 1, to: value, of: snap)])
    case .map(var members):
      members[part] = try setting(members[part], key, depth: depth + 1, to: value, of: snap)
      return .map(members)
    case .value(let whole):
      return .value(try replacing(whole, key, depth: depth, with: value, of: snap))
    }
  }

  /// A value that is replaced as a whole, with another value in its midst.
  private static func replacing(
    _ whole: JSONValue, _ key: OptionKey, depth: Int, with value: JSONValue, of snap: String
  ) throws(ConfigurationError) -> JSONValue {
    guard depth < key.parts.count else { return value }
    var members: [String: JSONValue]
    switch whole {
    // Taken away in the same transaction: a new map begins.
    case .null: members = [:]
    case .object(let known): members = known
    default: throw .notMap(snap: snap, key: key.prefix(depth))
    }
    let part = key.parts[depth]
    members[part] = try replacing(members[part] ?? .null, key, depth: depth + 1, with: value, of: snap)
    return .object(members)
  }

  /// What becomes of a value.
  func applied(to value: JSONValue?) -> JSONValue {
    switch self {
    case .value(let new): return new
    case .map(let members):
      var result: [String: JSONValue] = [:]
      // What was no map is replaced.
      if case .object(let known) = value { result = known }
      for (name, patch) in members { result[name] = patch.applied(to: result[name]) }
      return .object(result)
    }
  }

  /// The full names of what is changed, down to values that are no maps.
  func leaves(below prefix: String) -> [String] {
    switch self {
    case .value(let value): Self.leaves(of: value, prefix)
    case .map(let members): members.sorted { $0.key < $1.key }.flatMap { $1.leaves(below: "\(prefix).\($0)") }
    }
  }

  private static func leaves(of value: JSONValue, _ prefix: String) -> [String] {
    guard case .object(let members) = value, !members.isEmpty else { return [prefix] }
    return members.sorted { $0.key < $1.key }.flatMap { leaves(of: $1, "\(prefix).\($0)") }
  }
}
