internal import Permissions

extension Interface {
  /// Export CUDA libs to system. Attributes: `compatibility`.
  static let cudaDriverLibs = Interface(
    "cuda-driver-libs", "export CUDA libs to system", implicitPlug: .always,
    plugRules: SideRules(
      allowInstallation: .when(Constraints(plugSnapTypes: [.core])),
      allowConnection: .when(Constraints(anyNumberOfSlots: true)), denyAutoConnection: .always),
    slotRules: SideRules(allowInstallation: .never, denyAutoConnection: .always))
}
