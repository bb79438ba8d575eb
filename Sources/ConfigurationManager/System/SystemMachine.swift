public import Host
public import Snap

/// The machine as the options of the system act on it; wired by the overlord.
public protocol SystemMachine: Sendable {
  /// Where everything is.
  var directories: Directories { get }
  /// Whether a snap that is here may decide when refreshes happen: its `snapd-control` plug is connected and says so.
  func managesRefreshes() -> Bool
  /// Whether an assertion of a store with an address is known; nil when there is no assertion of the store at all.
  func storeHasAddress(_ store: String) -> Bool?
  /// Writes the services of snaps anew, as far as the snaps are in use.
  ///
  /// - Parameter ranks: places in the list of what matters most, from 1; a snap that is not in it has none.
  func rewriteServices(of instances: [InstanceName], ranks: [InstanceName: Int]) throws
  /// Compiles anew what is enforced for all snaps in use: homes are elsewhere now.
  func rewriteAllProfiles() throws
}
