internal import ByteText
public import State

/// `interface.x11.allow-auto-connection`: whether plugs of an interface are connected by themselves, where the rules
/// would do it.
public struct AutoConnection: SystemOption {
  /// What is allowed.
  public enum Allowance: String, CaseIterable, Sendable {
    case always = "true"
    case never = "false"
    /// For snaps of publishers that have been verified.
    case verified
  }

  static let name = "interface.x11.allow-auto-connection"

  public init() {}

  public var names: [String] { [Self.name] }

  public func check(_ configuration: SystemConfiguration, on machine: any SystemMachine) throws {
    let text = configuration.text(Self.name)
    guard text.isEmpty || Allowance(rawValue: text) != nil else {
      throw ConfigurationError.invalidValue("\(Self.name) can only be set to 'true', 'false' or 'verified'")
    }
  }

  /// What is allowed now for an interface.
  public static func value(of interface: String, in state: State) -> Allowance {
    guard interface == "x11" else { return .always }
    let text = SystemConfiguration(state[configuration: ConfigurationManager.systemName]).text(name)
    return Allowance(rawValue: text) ?? .always
  }
}
