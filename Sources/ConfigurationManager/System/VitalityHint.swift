internal import ByteText
public import Snap
public import State

/// `resilience.vitality-hint`: the snaps whose services the kernel should kill last when memory runs out, the most
/// important first.
public struct VitalityHint: SystemOption {
  static let name = "resilience.vitality-hint"
  private static let limit = 100

  public init() {}

  public var names: [String] { [Self.name] }

  public func check(_ configuration: SystemConfiguration, on machine: any SystemMachine) throws {
    let snaps = OptionText.list(configuration.text(Self.name))
    guard snaps.count <= Self.limit else {
      throw ConfigurationError.invalidValue(
        "cannot set more than \(Self.limit) \(quoted(Self.name)) values: got \(snaps.count)")
    }
    for snap in snaps {
      do throws(InvalidText) { _ = try InstanceName(snap) } catch {
        throw ConfigurationError.invalidValue("cannot set \(quoted(Self.name)): \(error)")
      }
      // Its services are above all others as it is.
      guard !snap.hasSameBytes(as: "snapd") else {
        throw ConfigurationError.invalidValue(
          "cannot set \(quoted(Self.name)): snapd snap vitality cannot be changed")
      }
    }
  }

  public func apply(_ configuration: SystemConfiguration, on machine: any SystemMachine) throws {
    guard configuration.changed.contains(Self.name) else { return }
    let before = Self.ranks(configuration.textBefore(Self.name))
    let ranks = Self.ranks(configuration.text(Self.name))
    // Whoever was in the list may be out of it.
    let concerned = Set(before.keys).union(ranks.keys).filter { before[$0] != ranks[$0] }
    if !concerned.isEmpty { try machine.rewriteServices(of: concerned.sorted(), ranks: ranks) }
  }

  /// Places from 1; the first counts where a snap is named twice.
  private static func ranks(_ text: String) -> [InstanceName: Int] {
    var ranks: [InstanceName: Int] = [:]
    for (index, name) in OptionText.list(text).enumerated() {
      guard let instance = try? InstanceName(name), ranks[instance] == nil else { continue }
      ranks[instance] = index + 1
    }
    return ranks
  }

  /// The place of a snap now; nil when it is not in the list.
  public static func rank(of instance: InstanceName, in state: State) -> Int? {
    ranks(SystemConfiguration(state[configuration: ConfigurationManager.systemName]).text(name))[instance]
  }
}
