internal import Permissions

extension Interface {
  /// Read changes/notices/snaps API.
  static let snapRefreshObserve = Interface(
    "snap-refresh-observe", "read changes/notices/snaps API", implicitSlot: .always,
    plugRules: .superPrivilegedPlug, slotRules: .manualSystemSlot)
}
