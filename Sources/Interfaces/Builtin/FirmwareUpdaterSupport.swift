internal import Permissions

extension Interface {
  /// Firmware updater GUI.
  static let firmwareUpdaterSupport = Interface(
    "firmware-updater-support", "firmware updater GUI", implicitSlot: .always, plugRules: .superPrivilegedPlug,
    slotRules: .manualSystemSlot)
}
