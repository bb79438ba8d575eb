/// `users.create.automatic`: whether users are made from what is plugged in, where that is done.
public struct UserCreation: SystemOption {
  static let name = "users.create.automatic"

  public init() {}

  public var names: [String] { [Self.name] }

  public func check(_ configuration: SystemConfiguration, on machine: any SystemMachine) throws {
    try OptionText.checkSwitch(Self.name, configuration)
  }
}

/// `users.lockout`: whether users are locked out for a while who guess passwords.
public struct UserLockout: SystemOption {
  static let name = "users.lockout"

  public init() {}

  public var names: [String] { [Self.name] }
  public var isForCore: Bool { true }

  public func check(_ configuration: SystemConfiguration, on machine: any SystemMachine) throws {
    try OptionText.checkSwitch(Self.name, configuration)
  }
}
