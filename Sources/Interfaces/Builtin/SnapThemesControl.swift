internal import Permissions

extension Interface {
  /// The part of the daemon's API for themes; the daemon looks for the connection.
  static let snapThemesControl = Interface(
    "snap-themes-control", "allows installing snaps of desktop themes", implicitSlot: .always,
    plugRules: .superPrivilegedPlug,
    slotRules: .manualSystemSlot)
}
