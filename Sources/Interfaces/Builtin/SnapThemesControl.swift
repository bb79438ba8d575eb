internal import Permissions

extension Interface {
  /// Themes API.
  static let snapThemesControl = Interface(
    "snap-themes-control", "themes API", implicitSlot: .always, plugRules: .superPrivilegedPlug,
    slotRules: .manualSystemSlot)
}
