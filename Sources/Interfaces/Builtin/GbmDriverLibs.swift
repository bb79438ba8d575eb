internal import Permissions

extension Interface {
  /// Lets a snap give GBM drivers to the system. Attributes: `client-driver`, `compatibility`.
  static let gbmDriverLibs = Interface(
    "gbm-driver-libs", "allows a snap to give GBM drivers to the system", implicitPlug: .always,
    plugRules: SideRules(
      allowInstallation: .when(Constraints(plugSnapTypes: [.core])),
      allowConnection: .when(Constraints(anyNumberOfSlots: true)), denyAutoConnection: .always),
    slotRules: SideRules(allowInstallation: .never, denyAutoConnection: .always))
}
