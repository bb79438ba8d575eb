public import JSONValues

/// Changes of one snap's configuration that are seen by whoever makes them, and by others once they are committed.
public struct ConfigurationTransaction: Sendable {
  /// Whose configuration it is; `core` for the system's.
  public let snap: String
  /// What it was when the transaction began.
  public let pristine: Configuration
  private(set) var changes: [String: ConfigurationPatch] = [:]

  public init(snap: String, pristine: Configuration) {
    self.snap = snap
    self.pristine = pristine
  }

  /// Whether there is nothing to commit.
  public var isEmpty: Bool { changes.isEmpty }

  /// Sets an option; null takes it away.
  ///
  /// - Throws: ``ConfigurationError``; nothing has changed then.
  public mutating func set(_ name: String, to value: JSONValue) throws(ConfigurationError) {
    let key = try OptionKey(name)
    if key.parts.count > 1 {
      // Going through what is no map would not be noticed by what follows, which looks at changes only.
      do throws(ConfigurationError) { _ = try pristine.value(key, of: snap) } catch {
        guard case .noOption = error else { throw error }
      }
    }
    let first = key.parts[0]
    changes[first] = try ConfigurationPatch.setting(changes[first], key, depth: 1, to: value, of: snap)
  }

  /// Sets many options, those of maps before those in them.
  public mutating func set(_ patch: [String: JSONValue]) throws(ConfigurationError) {
    var keys: [(name: String, depth: Int)] = []
    for name in patch.keys { keys.append((name, try OptionKey(name).parts.count)) }
    keys.sort { ($0.depth, $0.name) < ($1.depth, $1.name) }
    for (name, _) in keys { try set(name, to: patch[name] ?? .null) }
  }

  /// An option as it will be.
  ///
  /// - Parameter name: `""` for all of them.
  public func value(_ name: String) throws(ConfigurationError) -> JSONValue {
    try current.value(name.isEmpty ? nil : OptionKey(name), of: snap)
  }

  /// The configuration as it will be, if nobody else changes it.
  public var current: Configuration { applied(to: pristine) }

  /// What becomes of a configuration.
  public func applied(to configuration: Configuration) -> Configuration {
    var result = configuration
    for (name, patch) in changes { result.values[name] = patch.applied(to: result.values[name]) }
    return result.withoutNulls()
  }

  /// The full names of the options that are changed.
  public var changedOptions: [String] {
    changes.sorted { $0.key < $1.key }.flatMap { $1.leaves(below: $0) }
  }
}
