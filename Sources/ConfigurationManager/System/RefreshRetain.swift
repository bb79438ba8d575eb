public import State

/// `refresh.retain`: how many revisions of a snap are kept over a refresh, the one in use included.
public struct RefreshRetain: SystemOption {
  static let name = "refresh.retain"
  /// Where nothing is set. Source: `spec/engine.md`, "GC".
  static let preset = 2

  public init() {}

  public func accepts(_ name: String) -> Bool { name == Self.name }

  public func check(_ configuration: SystemConfiguration) throws {
    let text = configuration.text(Self.name)
    guard text.isEmpty || Self.number(text) != nil else {
      throw ConfigurationError.invalidValue("retain must be a number between 2 and 20, not \(quoted(text))")
    }
  }

  private static func number(_ text: String) -> Int? {
    guard text.utf8.first != UInt8(ascii: "+"), let number = Int(text), (2...20).contains(number) else { return nil }
    return number
  }

  /// How many are to be kept now.
  public static func value(in state: State) -> Int {
    number(SystemConfiguration(state[configuration: ConfigurationManager.systemName]).text(name)) ?? preset
  }
}
