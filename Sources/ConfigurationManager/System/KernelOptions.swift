internal import ByteText
internal import Snap

/// `system.kernel.printk.console-loglevel`: from which level on messages of the kernel are shown.
public struct ConsoleLogLevel: SystemOption {
  static let name = "system.kernel.printk.console-loglevel"

  public init() {}

  public var names: [String] { [Self.name] }
  public var isForCore: Bool { true }

  public func check(_ configuration: SystemConfiguration, on machine: any SystemMachine) throws {
    let text = configuration.text(Self.name)
    guard text.isEmpty || OptionText.number(text, 0...7) != nil else {
      throw ConfigurationError.invalidValue(
        "console-loglevel must be a number between 0 and 7, not: \(quoted(text).dropFirst().dropLast())")
    }
  }
}

/// `system.kernel.cmdline-append` and its like for models that are not guarded: more words for the kernel.
public struct KernelCommandLine: SystemOption {
  public init() {}

  public var names: [String] { ["system.kernel.cmdline-append", "system.kernel.dangerous-cmdline-append"] }
  public var isForCore: Bool { true }

  /// The kernel knows double quotes, and no line's end.
  public func check(_ configuration: SystemConfiguration, on machine: any SystemMachine) throws {
    for name in names {
      let text = configuration.text(name)
      guard text.utf8.count(where: { $0 == UInt8(ascii: "\"") }) % 2 == 0 else {
        throw ConfigurationError.invalidValue("cannot set \(name): unbalanced quoting")
      }
      guard text.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7f }) else {
        throw ConfigurationError.invalidValue("cannot set \(name): control characters are not allowed")
      }
    }
  }
}

/// `network.disable-ipv6`.
public struct DisableIPv6: SystemOption {
  static let name = "network.disable-ipv6"

  public init() {}

  public var names: [String] { [Self.name] }
  public var isForCore: Bool { true }

  public func check(_ configuration: SystemConfiguration, on machine: any SystemMachine) throws {
    try OptionText.checkSwitch(Self.name, configuration)
  }
}

/// `system.network.netplan`: the machine's network. Netplan keeps it, and only Ubuntu Core hands it on.
public struct Netplan: SystemOption {
  private static let name = "system.network.netplan"

  public init() {}

  public var names: [String] { [Self.name, "\(Self.name).<…>"] }
  public var external: [String] { [Self.name] }
  public var isForCore: Bool { true }
}

/// `system.coredump.…`: whether what is left of programs that died is kept, and how much.
public struct CoreDumps: SystemOption {
  public init() {}

  public var names: [String] { ["system.coredump.enable", "system.coredump.maxuse"] }
  public var isForCore: Bool { true }

  public func check(_ configuration: SystemConfiguration, on machine: any SystemMachine) throws {
    try OptionText.checkSwitch("system.coredump.enable", configuration)
    let size = configuration.text("system.coredump.maxuse")
    if !size.isEmpty { try OptionText.binarySize(size) }
  }
}

/// `swap.size`.
public struct SwapSize: SystemOption {
  static let name = "swap.size"

  public init() {}

  public var names: [String] { [Self.name] }
  public var isForCore: Bool { true }

  public func check(_ configuration: SystemConfiguration, on machine: any SystemMachine) throws {
    let text = configuration.text(Self.name)
    let size = text.isEmpty ? 0 : try OptionText.binarySize(text)
    guard size == 0 || size >= 1 << 20 else {
      throw ConfigurationError.invalidValue("swap size setting must be at least one megabyte")
    }
    guard size % (1 << 20) == 0 else {
      throw ConfigurationError.invalidValue("swap size setting must be an integer number of megabytes")
    }
  }
}

/// `tmp.size`: how much `/tmp` holds.
public struct TemporarySize: SystemOption {
  static let name = "tmp.size"

  public init() {}

  public var names: [String] { [Self.name] }
  public var isForCore: Bool { true }

  public func check(_ configuration: SystemConfiguration, on machine: any SystemMachine) throws {
    let text = configuration.text(Self.name)
    let size = text.isEmpty ? 0 : try OptionText.binarySize(text)
    guard size == 0 || size >= 16 << 20 else { throw ConfigurationError.invalidValue("size is less than 16Mb") }
  }
}
