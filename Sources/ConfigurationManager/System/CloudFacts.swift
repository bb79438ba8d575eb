/// `cloud.…`: which cloud the machine is in. Whoever makes a machine in one writes it at its first start.
public struct CloudFacts: SystemOption {
  public init() {}

  public var names: [String] { ["cloud.name", "cloud.region", "cloud.availability-zone"] }
}
