internal import Snap
internal import SnapManager

/// Which snap the process at the other end of a socket belongs to.
struct ProcessOwners: Sendable {
  /// The snap in whose sandbox a process certainly is.
  var confined: @Sendable (Int32) -> InstanceName?
  /// Whether a process is one of a snap's; see ``SnapManager/isProcess(_:of:)``.
  var isProcess: @Sendable (Int32, InstanceName) -> Bool

  init(
    confined: @escaping @Sendable (Int32) -> InstanceName?,
    isProcess: @escaping @Sendable (Int32, InstanceName) -> Bool
  ) {
    self.confined = confined
    self.isProcess = isProcess
  }

  init(_ snaps: SnapManager) {
    self.init(confined: { snaps.confinedOwner(ofProcess: $0) }, isProcess: { snaps.isProcess($0, of: $1) })
  }
}
