internal import Permissions

extension Interface {
  /// Export EGL libs to system. Attributes: `compatibility`, `priority`.
  static let eglDriverLibs = Interface(
    "egl-driver-libs", "export EGL libs to system", implicitPlug: .always,
    plugRules: SideRules(
      allowInstallation: .when(Constraints(plugSnapTypes: [.core])),
      allowConnection: .when(Constraints(anyNumberOfSlots: true)), denyAutoConnection: .always),
    slotRules: SideRules(allowInstallation: .never, denyAutoConnection: .always))
}
