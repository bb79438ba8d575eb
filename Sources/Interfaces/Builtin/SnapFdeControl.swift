internal import Permissions

extension Interface {
  /// System-volumes API.
  static let snapFdeControl = Interface(
    "snap-fde-control", "system-volumes API", implicitSlot: .always, plugRules: .superPrivilegedPlug,
    slotRules: .manualSystemSlot)
}
