internal import Permissions

extension Interface {
  /// Changes, notices and snaps in the daemon's API; the daemon looks for the connection.
  static let snapRefreshObserve = Interface(
    "snap-refresh-observe", "allows seeing refreshes of snaps", implicitSlot: .always,
    plugRules: .superPrivilegedPlug, slotRules: .manualSystemSlot)
}
