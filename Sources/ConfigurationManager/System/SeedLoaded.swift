public import JSONValues

/// `seed.loaded`: whether the snaps that the machine was made with are there, which `snap wait system seed.loaded`
/// waits for. Here nothing is installed at first boot, so they are.
public struct SeedLoaded: SystemOption {
  public init() {}

  public func accepts(_ name: String) -> Bool { false }

  public func check(_ configuration: SystemConfiguration) throws {}

  public var computed: [String: JSONValue] { ["seed.loaded": true] }
}
