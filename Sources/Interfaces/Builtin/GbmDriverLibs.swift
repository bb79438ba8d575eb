internal import Permissions

extension Interface {
  /// Export GBM libs to system. Attributes: `client-driver`, `compatibility`.
  static let gbmDriverLibs = Interface(
    "gbm-driver-libs", "export GBM libs to system", implicitPlug: .always,
    plugRules: SideRules(
      allowInstallation: .when(Constraints(plugSnapTypes: [.core])),
      allowConnection: .when(Constraints(anyNumberOfSlots: true)), denyAutoConnection: .always),
    slotRules: SideRules(allowInstallation: .never, denyAutoConnection: .always))
}
