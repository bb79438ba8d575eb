/// `journal.persistent`: whether the log outlives a start of the machine.
public struct PersistentJournal: SystemOption {
  static let name = "journal.persistent"

  public init() {}

  public var names: [String] { [Self.name] }
  public var isForCore: Bool { true }

  public func check(_ configuration: SystemConfiguration, on machine: any SystemMachine) throws {
    try OptionText.checkSwitch(Self.name, configuration)
  }
}

/// `watchdog.…`: when a machine that does not answer is started anew.
public struct Watchdog: SystemOption {
  public init() {}

  public var names: [String] { ["watchdog.runtime-timeout", "watchdog.shutdown-timeout"] }
  public var isForCore: Bool { true }

  public func check(_ configuration: SystemConfiguration, on machine: any SystemMachine) throws {
    for name in names {
      let text = configuration.text(name)
      guard !text.isEmpty else { continue }
      let prefix = "cannot set timer to \(quoted(text)): "
      let time: Duration
      do throws(ConfigurationError) { time = try OptionText.duration(text) } catch {
        throw ConfigurationError.invalidValue("\(prefix)cannot parse \(quoted(text)): \(error)")
      }
      guard time >= .zero else {
        throw ConfigurationError.invalidValue("\(prefix)cannot use negative duration \(quoted(text))")
      }
    }
  }
}
