internal import Permissions

extension Interface {
  /// Listed system files.
  static let systemFiles = Interface(
    "system-files", "listed system files", implicitSlot: .always, plugRules: .superPrivilegedPlug,
    slotRules: .manualSystemSlot)
}
