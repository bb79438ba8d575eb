internal import ByteText
public import State

/// `refresh.retain`: how many revisions of a snap are kept over a refresh, the one in use included.
public struct RefreshRetain: SystemOption {
  static let name = "refresh.retain"
  /// Where nothing is set. Source: `spec/engine.md`, "GC".
  static let preset = 2

  public init() {}

  public var names: [String] { [Self.name] }

  public func check(_ configuration: SystemConfiguration, on machine: any SystemMachine) throws {
    let text = configuration.text(Self.name)
    guard text.isEmpty || OptionText.number(text, 2...20) != nil else {
      throw ConfigurationError.invalidValue("retain must be a number between 2 and 20, not \(quoted(text))")
    }
  }

  /// How many are to be kept now.
  public static func value(in state: State) -> Int {
    let text = SystemConfiguration(state[configuration: ConfigurationManager.systemName]).text(name)
    return OptionText.number(text, 2...20) ?? preset
  }
}
