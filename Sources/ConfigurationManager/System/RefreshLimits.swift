internal import ByteText

/// `refresh.metered`: whether refreshes wait while the connection is paid for by volume.
public struct RefreshMetered: SystemOption {
  static let name = "refresh.metered"

  public init() {}

  public var names: [String] { [Self.name] }

  public func check(_ configuration: SystemConfiguration, on machine: any SystemMachine) throws {
    let text = configuration.text(Self.name)
    guard text.isEmpty || text.hasSameBytes(as: "hold") else {
      throw ConfigurationError.invalidValue("refresh.metered value \(quoted(text)) is invalid")
    }
  }
}

/// `refresh.rate-limit`: how fast automatic refreshes may download.
public struct RefreshRateLimit: SystemOption {
  static let name = "refresh.rate-limit"

  public init() {}

  public var names: [String] { [Self.name] }

  public func check(_ configuration: SystemConfiguration, on machine: any SystemMachine) throws {
    let text = configuration.text(Self.name)
    if !text.isEmpty { try OptionText.decimalSize(text) }
  }
}

/// `refresh.max-inhibition-days`: how long running apps may put off a refresh.
public struct MaxInhibitionDays: SystemOption {
  static let name = "refresh.max-inhibition-days"

  public init() {}

  public var names: [String] { [Self.name] }

  public func check(_ configuration: SystemConfiguration, on machine: any SystemMachine) throws {
    let text = configuration.text(Self.name)
    guard text.isEmpty || OptionText.number(text, 1...21) != nil else {
      throw ConfigurationError.invalidValue(
        "max-inhibition-days must be a number between 1 and 21, not \(quoted(text))")
    }
  }
}

/// `snapshots.automatic.retention`: how long the data of a removed snap is kept.
public struct SnapshotRetention: SystemOption {
  static let name = "snapshots.automatic.retention"

  public init() {}

  public var names: [String] { [Self.name] }

  public func check(_ configuration: SystemConfiguration, on machine: any SystemMachine) throws {
    let text = configuration.text(Self.name)
    guard !text.isEmpty, !text.hasSameBytes(as: "no") else { return }
    let time: Duration
    do throws(ConfigurationError) { time = try OptionText.duration(text) } catch {
      throw ConfigurationError.invalidValue("\(Self.name) cannot be parsed: \(error)")
    }
    guard time >= .seconds(24 * 3600) else {
      throw ConfigurationError.invalidValue("\(Self.name) must be a value greater than 24 hours, or \"no\" to disable")
    }
  }
}
