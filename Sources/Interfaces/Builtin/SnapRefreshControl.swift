internal import Permissions

extension Interface {
  /// Snapctl refresh control.
  static let snapRefreshControl = Interface(
    "snap-refresh-control", "snapctl refresh control", implicitSlot: .always, plugRules: .superPrivilegedPlug,
    slotRules: .manualSystemSlot)
}
