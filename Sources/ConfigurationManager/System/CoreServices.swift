internal import ByteText

/// `service.*`: services that Ubuntu Core brings with it, switched off, and where ssh listens.
public struct ServiceSwitches: SystemOption {
  private static let switches = ["ssh", "rsyslog", "systemd-resolved", "console-conf"].map { "service.\($0).disable" }
  private static let address = "service.ssh.listen-address"

  public init() {}

  public var names: [String] { Self.switches + [Self.address] }
  public var isForCore: Bool { true }

  public func check(_ configuration: SystemConfiguration, on machine: any SystemMachine) throws {
    for name in Self.switches {
      let text = configuration.text(name)
      guard ["", "true", "false"].contains(where: text.hasSameBytes) else {
        let service = name.byteSplit(".")[1]
        throw ConfigurationError.invalidValue(
          "option \(quoted("\(service).service")) has invalid value \(quoted(text))")
      }
    }
    for address in OptionText.list(configuration.text(Self.address)) where !Self.isAddress(address) {
      throw ConfigurationError.invalidValue("cannot set \(Self.address): invalid hostname \(quoted(address))")
    }
  }

  /// `host[:port]`, where the host is a name, an address, or an address of IPv6 in brackets; or that alone.
  private static func isAddress(_ text: String) -> Bool {
    var host = Substring(text)
    let colons = text.utf8.count { $0 == UInt8(ascii: ":") }
    if host.hasBytePrefix("[") {
      guard let end = host.byteIndex(of: "]") else { return false }
      let after = Substring(host[end...].utf8.dropFirst())
      host = Substring(host[..<end].utf8.dropFirst())
      return isV6(host) && (after.isEmpty || after.bytes(after: ":").map(isPort) == true)
    }
    if colons > 1 { return isV6(host) }
    if colons == 1 {
      let parts = text.byteSplit(":", keepingEmpty: true)
      guard isPort(parts[1]) else { return false }
      host = parts[0]
    }
    return !host.isEmpty && MachineNames.isHostname(String(host))
  }

  private static func isPort(_ text: Substring) -> Bool { OptionText.number(String(text), 1...65535) != nil }

  private static func isV6(_ text: Substring) -> Bool {
    !text.isEmpty
      && text.utf8.allSatisfy { $0.isASCIIDigit || (0x61...0x66).contains($0 | 0x20) || ":.".utf8.contains($0) }
  }
}

/// `system.power-key-action`: what the key for power does.
public struct PowerKeyAction: SystemOption {
  static let name = "system.power-key-action"

  public init() {}

  public var names: [String] { [Self.name] }
  public var isForCore: Bool { true }

  public func check(_ configuration: SystemConfiguration, on machine: any SystemMachine) throws {
    let action = configuration.text(Self.name)
    let known = [
      "", "ignore", "poweroff", "reboot", "halt", "kexec", "suspend", "hibernate", "hybrid-sleep", "lock",
    ]
    guard known.contains(where: action.hasSameBytes) else {
      throw ConfigurationError.invalidValue("invalid action \(quoted(action)) supplied for \(Self.name) option")
    }
  }
}

/// `system.ctrl-alt-del-action`: what these three keys do together.
public struct CtrlAltDelAction: SystemOption {
  static let name = "system.ctrl-alt-del-action"

  public init() {}

  public var names: [String] { [Self.name] }
  public var isForCore: Bool { true }

  public func check(_ configuration: SystemConfiguration, on machine: any SystemMachine) throws {
    let action = configuration.text(Self.name)
    guard ["", "reboot", "none"].contains(where: action.hasSameBytes) else {
      throw ConfigurationError.invalidValue("invalid action \(quoted(action)) supplied for \(Self.name) option")
    }
  }
}

/// `system.disable-backlight-service`: whether the brightness of screens is remembered.
public struct BacklightService: SystemOption {
  static let name = "system.disable-backlight-service"

  public init() {}

  public var names: [String] { [Self.name] }
  public var isForCore: Bool { true }

  public func check(_ configuration: SystemConfiguration, on machine: any SystemMachine) throws {
    try OptionText.checkSwitch(Self.name, configuration)
  }
}
