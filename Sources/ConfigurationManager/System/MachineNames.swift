internal import ByteText
internal import Glibc
internal import Host
public import JSONValues
internal import Linux

/// `system.hostname`: what the machine says it is called. Only Ubuntu Core sets it.
public struct Hostname: SystemOption {
  static let name = "system.hostname"

  public init() {}

  public var names: [String] { [Self.name] }
  public var external: [String] { [Self.name] }
  public var isForCore: Bool { true }

  public func check(_ configuration: SystemConfiguration, on machine: any SystemMachine) throws {
    let text = configuration.text(Self.name)
    guard !configuration.changed.contains(Self.name) || text.isEmpty || MachineNames.isHostname(text) else {
      throw ConfigurationError.invalidValue("cannot set hostname \(quoted(text)): name not valid")
    }
  }

  public func readings(_ configuration: SystemConfiguration, on machine: any SystemMachine) -> [String: JSONValue] {
    var name = [CChar](repeating: 0, count: 256)
    guard gethostname(&name, name.count - 1) == 0 else { return [:] }
    return [Self.name: .string(String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self))]
  }
}

/// `system.timezone`: the machine's. Only Ubuntu Core sets it.
public struct Timezone: SystemOption {
  static let name = "system.timezone"

  public init() {}

  public var names: [String] { [Self.name] }
  public var external: [String] { [Self.name] }
  public var isForCore: Bool { true }

  public func check(_ configuration: SystemConfiguration, on machine: any SystemMachine) throws {
    let text = configuration.text(Self.name)
    guard !configuration.changed.contains(Self.name) || text.isEmpty || Self.isZone(text) else {
      throw ConfigurationError.invalidValue("cannot set timezone \(quoted(text)): name not valid")
    }
  }

  /// `A[/B[/C]]`, of letters, digits, `+`, `_` and `-`.
  private static func isZone(_ text: String) -> Bool {
    let parts = text.byteSplit("/", keepingEmpty: true)
    return parts.count <= 3
      && parts.allSatisfy { part in
        !part.isEmpty && part.utf8.allSatisfy { $0.isASCIIAlphanumeric || "+_-".utf8.contains($0) }
      }
  }

  /// The zone is where `/etc/localtime` leads to (localtime(5)); a machine without it is on UTC.
  public func readings(_ configuration: SystemConfiguration, on machine: any SystemMachine) -> [String: JSONValue] {
    let link = try? Files.readSymlink(machine.directories.prefix + "/etc/localtime")
    var zone = "UTC"
    let parts = PathBytes.components(link ?? "")
    if let index = parts.lastIndex(of: "zoneinfo"), index + 1 < parts.count {
      zone = parts[(index + 1)...].joined(separator: "/")
    }
    return [Self.name: .string(zone)]
  }
}

/// `system.motd`: what people are greeted with, on Ubuntu Core.
public struct MessageOfTheDay: SystemOption {
  static let name = "system.motd"
  private static let limit = 65536

  public init() {}

  public var names: [String] { [Self.name] }
  public var external: [String] { [Self.name] }
  public var isForCore: Bool { true }

  public func check(_ configuration: SystemConfiguration, on machine: any SystemMachine) throws {
    let size = configuration.text(Self.name).utf8.count
    guard size <= Self.limit else {
      throw ConfigurationError.invalidValue(
        "cannot set message of the day: size \(size) bytes exceeds limit of \(Self.limit) bytes")
    }
  }
}

/// What names of machines are made of.
enum MachineNames {
  /// `[a-zA-Z0-9][a-zA-Z0-9-]{0,62}(\.[a-zA-Z0-9-]{1,63})*`. Source: `spec/features.md` §8.
  static func isHostname(_ text: String) -> Bool {
    let labels = text.byteSplit(".", keepingEmpty: true)
    guard let first = labels.first?.utf8.first, first.isASCIIAlphanumeric else { return false }
    return labels.allSatisfy { label in
      (1...63).contains(label.utf8.count) && label.utf8.allSatisfy { $0.isASCIIAlphanumeric || $0 == UInt8(ascii: "-") }
    }
  }

}
