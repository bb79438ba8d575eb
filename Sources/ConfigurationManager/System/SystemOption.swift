public import JSONValues

/// One option of the system, or a few that belong together: `snap set system refresh.retain=3`.
///
/// One file each in this directory, listed in ``SystemOptions/builtin``. Source of the options: `spec/features.md` §8.
public protocol SystemOption: Sendable {
  /// Whether a person may set an option of this full name.
  func accepts(_ name: String) -> Bool
  /// Whether the value is one that the option can have. The whole configuration is at hand, since some depend on others.
  ///
  /// - Throws: ``ConfigurationError/invalidValue(_:)`` with the reference's text.
  func check(_ configuration: SystemConfiguration) throws
  /// Makes the machine follow. All options have been checked, and it may be called again with the same.
  func apply(_ configuration: SystemConfiguration) throws
  /// What the system itself says: options that nobody sets, by full name.
  var computed: [String: JSONValue] { get }
}

extension SystemOption {
  /// The option is read where it is needed.
  public func apply(_ configuration: SystemConfiguration) throws {}
  public var computed: [String: JSONValue] { [:] }
}

/// The system's configuration as its options see it.
public struct SystemConfiguration: Sendable {
  public let configuration: Configuration
  /// The full names of what is being changed.
  public let changed: Set<String>

  public init(_ configuration: Configuration, changed: Set<String> = []) {
    self.configuration = configuration
    self.changed = changed
  }

  /// An option's value; nil when it is not set.
  public func value(_ name: String) -> JSONValue? {
    guard let key = try? OptionKey(name) else { return nil }
    return try? configuration.value(key, of: ConfigurationManager.systemName)
  }

  /// The same as a text, whether it was given as a number, a truth or a text; "" when it is not set.
  public func text(_ name: String) -> String {
    switch value(name) {
    case nil: ""
    case .string(let text)?: text
    case let other?: other.text
    }
  }
}
