internal import Permissions

extension Interface {
  /// Export OpenGL libs. Attributes: `compatibility`.
  static let openglDriverLibs = Interface(
    "opengl-driver-libs", "export OpenGL libs", implicitPlug: .always,
    plugRules: SideRules(
      allowInstallation: .when(Constraints(plugSnapTypes: [.core])),
      allowConnection: .when(Constraints(anyNumberOfSlots: true)), denyAutoConnection: .always),
    slotRules: SideRules(allowInstallation: .never, denyAutoConnection: .always))
}
