internal import Permissions

extension Interface {
  /// Lets a snap give CUDA drivers to the system. Attributes: `compatibility`.
  static let cudaDriverLibs = Interface(
    "cuda-driver-libs", "allows a snap to give CUDA drivers to the system", implicitPlug: .always,
    plugRules: SideRules(
      allowInstallation: .when(Constraints(plugSnapTypes: [.core])),
      allowConnection: .when(Constraints(anyNumberOfSlots: true)), denyAutoConnection: .always),
    slotRules: SideRules(allowInstallation: .never, denyAutoConnection: .always))
}
