public import JSONValues

/// `seed.loaded`: whether the snaps that the machine was made with are there, which `snap wait system seed.loaded`
/// waits for. Here nothing is installed at first boot, so they are.
public struct SeedLoaded: SystemOption {
  public init() {}

  public var names: [String] { [] }
  public var external: [String] { ["seed.loaded"] }

  public func readings(_ configuration: SystemConfiguration, on machine: any SystemMachine) -> [String: JSONValue] {
    ["seed.loaded": true]
  }
}
