internal import Permissions

extension Interface {
  /// Lets a snap update firmware from a desktop app.
  static let firmwareUpdaterSupport = Interface(
    "firmware-updater-support", "allows a snap to update firmware from a desktop app", implicitSlot: .always,
    plugRules: .superPrivilegedPlug,
    slotRules: .manualSystemSlot)
}
