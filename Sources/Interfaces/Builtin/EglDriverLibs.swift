internal import Permissions

extension Interface {
  /// Lets a snap give EGL drivers to the system. Attributes: `compatibility`, `priority`.
  static let eglDriverLibs = Interface(
    "egl-driver-libs", "allows a snap to give EGL drivers to the system", implicitPlug: .always,
    plugRules: SideRules(
      allowInstallation: .when(Constraints(plugSnapTypes: [.core])),
      allowConnection: .when(Constraints(anyNumberOfSlots: true)), denyAutoConnection: .always),
    slotRules: SideRules(allowInstallation: .never, denyAutoConnection: .always))
}
