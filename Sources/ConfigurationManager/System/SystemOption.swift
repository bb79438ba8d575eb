public import JSONValues

/// One option of the system, or a few that belong together: `snap set system refresh.retain=3`.
///
/// One file each in this directory, listed in ``SystemOptions/builtin``. Source of the options and of their texts:
/// `spec/features.md` §8 and the reference's messages.
public protocol SystemOption: Sendable {
  /// The full names that a person may set. `<name>` stands for any word, a last `<…>` for one or more.
  var names: [String] { get }
  /// Those of ``names``, and more, whose values the machine itself says, so that they are kept nowhere.
  var external: [String] { get }
  /// Whether it takes effect on Ubuntu Core alone: on a classic system values are checked and kept.
  var isForCore: Bool { get }
  /// Whether the value is one that the option can have. The whole configuration is at hand, since some depend on others.
  ///
  /// - Throws: ``ConfigurationError`` with the reference's text.
  func check(_ configuration: SystemConfiguration, on machine: any SystemMachine) throws
  /// Makes the machine follow. All options have been checked, and it may be called again with the same.
  func apply(_ configuration: SystemConfiguration, on machine: any SystemMachine) throws
  /// What the machine itself says, by full name.
  func readings(_ configuration: SystemConfiguration, on machine: any SystemMachine) -> [String: JSONValue]
}

extension SystemOption {
  public var external: [String] { [] }
  public var isForCore: Bool { false }
  /// Any value is fine.
  public func check(_ configuration: SystemConfiguration, on machine: any SystemMachine) throws {}
  /// The option is read where it is needed.
  public func apply(_ configuration: SystemConfiguration, on machine: any SystemMachine) throws {}
  public func readings(_ configuration: SystemConfiguration, on machine: any SystemMachine) -> [String: JSONValue] {
    [:]
  }

  /// Whether a person may set an option of this full name.
  func accepts(_ name: String) -> Bool {
    guard let key = try? OptionKey(name) else { return false }
    return names.contains { key.matches($0) }
  }
}

extension OptionKey {
  /// Whether a name is one of those that a pattern stands for (``SystemOption/names``).
  func matches(_ pattern: String) -> Bool {
    var rest = parts[...]
    for word in OptionPattern.words(pattern) {
      guard let part = rest.popFirst() else { return false }
      switch word {
      case .text(let text): guard part.utf8.elementsEqual(text.utf8) else { return false }
      case .any: continue
      case .rest: return true
      }
    }
    return rest.isEmpty
  }
}

/// A name with places in it that any word can take.
enum OptionPattern {
  enum Word: Equatable {
    case text(Substring)
    case any
    case rest
  }

  static func words(_ pattern: String) -> [Word] {
    pattern.utf8.split(separator: UInt8(ascii: ".")).map { bytes in
      guard bytes.first == UInt8(ascii: "<") else { return .text(Substring(bytes)) }
      return Substring(bytes) == "<…>" ? .rest : .any
    }
  }
}

/// The system's configuration as its options see it.
public struct SystemConfiguration: Sendable {
  public let configuration: Configuration
  /// What it was before.
  public let before: Configuration
  /// The full names of what is being changed.
  public let changed: Set<String>

  public init(_ configuration: Configuration, before: Configuration? = nil, changed: Set<String> = []) {
    self.configuration = configuration
    self.before = before ?? configuration
    self.changed = changed
  }

  /// An option's value; nil when it is not set.
  public func value(_ name: String) -> JSONValue? { Self.value(name, in: configuration) }

  /// The same as a text, whether it was given as a number, a truth or a text; "" when it is not set.
  public func text(_ name: String) -> String { Self.text(value(name)) }

  /// What the text was before.
  public func textBefore(_ name: String) -> String { Self.text(Self.value(name, in: before)) }

  /// The members of an option that is a map, by name; none when it is not set.
  public func members(_ name: String) -> [String: JSONValue] {
    if case .object(let members)? = value(name) { return members }
    return [:]
  }

  private static func value(_ name: String, in configuration: Configuration) -> JSONValue? {
    guard let key = try? OptionKey(name) else { return nil }
    return try? configuration.value(key, of: ConfigurationManager.systemName)
  }

  private static func text(_ value: JSONValue?) -> String {
    switch value {
    case nil: ""
    case .string(let text)?: text
    case let other?: other.text
    }
  }
}
