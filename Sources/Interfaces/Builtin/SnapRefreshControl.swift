internal import Permissions

extension Interface {
  /// What `snapctl refresh` may say; the daemon looks for the connection.
  static let snapRefreshControl = Interface(
    "snap-refresh-control", "allows holding back refreshes of the snap", implicitSlot: .always,
    plugRules: .superPrivilegedPlug,
    slotRules: .manualSystemSlot)
}
