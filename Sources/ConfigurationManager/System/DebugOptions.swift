internal import ByteText
internal import Host
internal import Linux

/// `debug.snapd.log`: whether the daemon logs more, from its next start on.
public struct DaemonLogging: SystemOption {
  static let name = "debug.snapd.log"

  public init() {}

  public var names: [String] { [Self.name] }

  public func check(_ configuration: SystemConfiguration, on machine: any SystemMachine) throws {
    try OptionText.checkSwitch(Self.name, configuration)
  }

  public func apply(_ configuration: SystemConfiguration, on machine: any SystemMachine) throws {
    guard configuration.changed.contains(Self.name) else { return }
    let path = machine.directories.daemonEnvironment
    guard configuration.text(Self.name).hasSameBytes(as: "true") else {
      if try Files.status(path) != nil { try Files.remove(path) }
      return
    }
    try Files.makeDirectories(machine.directories.library + "/environment", mode: 0o755)
    try Files.writeAtomically([UInt8]("SNAPD_DEBUG=1\n".utf8), to: path, mode: 0o644)
  }
}

/// `debug.systemd.log-level`.
public struct SystemdLogLevel: SystemOption {
  static let name = "debug.systemd.log-level"

  public init() {}

  public var names: [String] { [Self.name] }
  public var isForCore: Bool { true }

  public func check(_ configuration: SystemConfiguration, on machine: any SystemMachine) throws {
    let level = configuration.text(Self.name)
    let known = ["emerg", "alert", "crit", "err", "warning", "notice", "info", "debug"]
    guard level.isEmpty || known.contains(where: level.hasSameBytes) else {
      throw ConfigurationError.invalidValue(
        "\(quoted(level)) is not a valid value for \(Self.name) (must be one of: \(known.joined(separator: ", ")))")
    }
  }
}
