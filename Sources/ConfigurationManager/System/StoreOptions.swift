internal import ByteText

/// `proxy.http`, `proxy.https`, `proxy.ftp`, `proxy.no-proxy`: how the daemon reaches the network; on Ubuntu Core the
/// whole machine.
public struct Proxies: SystemOption {
  public init() {}

  public var names: [String] { ["http", "https", "ftp", "no-proxy"].map { "proxy.\($0)" } }
  public var isForCore: Bool { true }
}

/// `proxy.store`: the store that stands between this machine and the others.
public struct ProxyStore: SystemOption {
  static let name = "proxy.store"

  public init() {}

  public var names: [String] { [Self.name] }

  public func check(_ configuration: SystemConfiguration, on machine: any SystemMachine) throws {
    let store = configuration.text(Self.name)
    guard !store.isEmpty else { return }
    let problem: String
    switch machine.storeHasAddress(store) {
    case true?: return
    case false?: problem = "with a matching store assertion with url unset"
    case nil: problem = "without a matching store assertion"
    }
    throw ConfigurationError.invalidValue("cannot set proxy.store to \(quoted(store)) \(problem)")
  }
}

/// `store.access`: whether stores are asked at all.
public struct StoreAccess: SystemOption {
  static let name = "store.access"

  public init() {}

  public var names: [String] { [Self.name] }
  public var isForCore: Bool { true }

  public func check(_ configuration: SystemConfiguration, on machine: any SystemMachine) throws {
    guard ["", "offline"].contains(where: configuration.text(Self.name).hasSameBytes) else {
      throw ConfigurationError.invalidValue("store access can only be set to 'offline'")
    }
  }
}
