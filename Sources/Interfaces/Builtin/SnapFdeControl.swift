internal import Permissions

extension Interface {
  /// The part of the daemon's API that tells of encrypted volumes; the daemon looks for the connection.
  static let snapFdeControl = Interface(
    "snap-fde-control", "allows managing keys of encrypted system disks", implicitSlot: .always,
    plugRules: .superPrivilegedPlug,
    slotRules: .manualSystemSlot)
}
