public import Linux

/// A device that a service may open, by its numbers.
public struct ServiceDevice: Hashable, Sendable, Codable {
  public enum Kind: String, Hashable, Sendable, Codable {
    case character = "c"
    case block = "b"
  }

  public var kind: Kind
  public var major: UInt32
  /// Any when nil.
  public var minor: UInt32?

  public init(_ rule: DeviceRule) {
    kind = rule.kind == .character ? .character : .block
    major = rule.major
    minor = rule.minor
  }

  /// As control groups take it.
  public var rule: DeviceRule { DeviceRule(kind == .character ? .character : .block, major: major, minor: minor) }
}

extension ServiceDefinition {
  /// systemd.resource-control(5): systemd rules the devices of the unit's control group by itself. The group of a service
  /// is systemd's, so nobody else attaches a program to it.
  var deviceLines: [String] {
    guard let devices else { return [] }
    return ["DevicePolicy=strict"]
      + devices.compactMap { device in
        // systemd takes majors by the names of drivers only. Of those with every minor there are the pseudo-terminals.
        guard let minor = device.minor else {
          return device.major == 136 ? "DeviceAllow=char-pts rwm" : nil
        }
        // Numbers are taken as they are, whether or not the node is there when the service starts.
        return "DeviceAllow=/dev/\(device.kind == .character ? "char" : "block")/\(device.major):\(minor) rwm"
      }
  }
}
