extension LaunchPlan {
  /// A message bus that an app may be let to.
  public enum Bus: Sendable, CaseIterable {
    case system
    case session

    /// Its socket's name.
    public var name: String {
      switch self {
      case .system: "system"
      case .session: "session"
      }
    }

    /// The variable in which programs look for its address (D-Bus specification, "Well-known Message Bus Instances").
    public var variable: String {
      switch self {
      case .system: "DBUS_SYSTEM_BUS_ADDRESS"
      case .session: "DBUS_SESSION_BUS_ADDRESS"
      }
    }
  }

  /// What the proxy before a bus lets through; empty: no way to the bus.
  public func arguments(of bus: Bus) -> [String] {
    switch bus {
    case .system: systemBus
    case .session: sessionBus
    }
  }

  /// Words for the proxy. Only grants are: no word can change what the proxy does otherwise, or be taken for an
  /// address.
  static func busWords(_ reader: inout PlanReader, _ field: StaticString) throws(LaunchPlanError) -> [String] {
    let words = try reader.texts(field)
    for word in words where !isBusGrant(word) { throw .invalid(field: field) }
    return words
  }

  private static func isBusGrant(_ word: String) -> Bool {
    let bytes = Array(word.utf8)
    guard bytes.allSatisfy({ $0 > 0x20 && $0 < 0x7f }) else { return false }
    for option in ["--talk=", "--own=", "--call=", "--broadcast="] {
      let start = Array(option.utf8)
      if bytes.count > start.count, bytes.starts(with: start) { return true }
    }
    return false
  }
}
