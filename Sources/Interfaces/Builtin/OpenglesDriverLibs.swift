internal import Permissions

extension Interface {
  /// Export GLES libs. Attributes: `compatibility`.
  static let openglesDriverLibs = Interface(
    "opengles-driver-libs", "export GLES libs", implicitPlug: .always,
    plugRules: SideRules(
      allowInstallation: .when(Constraints(plugSnapTypes: [.core])),
      allowConnection: .when(Constraints(anyNumberOfSlots: true)), denyAutoConnection: .always),
    slotRules: SideRules(allowInstallation: .never, denyAutoConnection: .always))
}
