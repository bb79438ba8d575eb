internal import Host
internal import Linux
internal import Snap
internal import State

/// Keeps apps from starting while their snap changes, and tells them why. Source: `spec/confinement.md` §1.3.
extension SnapManager {
  private func lock(of instance: InstanceName) -> String { "\(directories.inhibit)/\(instance).lock" }

  /// From here on `snap run` waits (refresh) or refuses (removal, disabling).
  func inhibit(_ instance: InstanceName, for purpose: SnapSetup.Purpose) throws {
    let hint =
      switch purpose {
      case .remove: "remove"
      case .disable: "disable"
      case .install, .refresh, .revert, .enable: "refresh"
      }
    try Files.makeDirectories(directories.inhibit, mode: 0o755)
    // Which revision it is that goes, for whoever shows people what they wait for.
    if let current = store.read({ $0[snap: instance]?.current }) {
      let text = #"{"previous":"\#(current)"}"#
      try Files.writeAtomically([UInt8](text.utf8), to: info(of: instance, hint), mode: 0o644, durable: false)
    }
    try Files.writeAtomically([UInt8](hint.utf8), to: lock(of: instance), mode: 0o644, durable: false)
  }

  private func info(of instance: InstanceName, _ hint: String) -> String {
    "\(directories.inhibit)/\(instance).\(hint)"
  }

  private func removeInfo(of instance: InstanceName) throws {
    for hint in ["refresh", "remove", "disable"] { try Files.remove(info(of: instance, hint)) }
  }

  /// Apps may start again.
  func allow(_ instance: InstanceName) throws {
    guard try Files.status(lock(of: instance), followSymlinks: false) != nil else { return }
    try Files.writeAtomically([], to: lock(of: instance), mode: 0o644, durable: false)
    try removeInfo(of: instance)
  }

  /// The snap is gone, and so is its lock.
  func forgetInhibition(of instance: InstanceName) throws {
    try removeInfo(of: instance)
    try Files.remove(lock(of: instance))
  }

  /// Whether apps are kept from starting.
  func isInhibited(_ instance: InstanceName) throws -> Bool {
    try (Files.status(lock(of: instance), followSymlinks: false)?.size ?? 0) > 0
  }
}
