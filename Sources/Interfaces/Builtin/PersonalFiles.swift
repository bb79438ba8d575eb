internal import Permissions

extension Interface {
  /// Listed files under $HOME.
  static let personalFiles = Interface(
    "personal-files", "listed files under $HOME", implicitSlot: .always, plugRules: .superPrivilegedPlug,
    slotRules: .manualSystemSlot)
}
