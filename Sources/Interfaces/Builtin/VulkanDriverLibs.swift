internal import Permissions

extension Interface {
  /// Export Vulkan libs. Attributes: `compatibility`.
  static let vulkanDriverLibs = Interface(
    "vulkan-driver-libs", "export Vulkan libs", implicitPlug: .always,
    plugRules: SideRules(
      allowInstallation: .when(Constraints(plugSnapTypes: [.core])),
      allowConnection: .when(Constraints(anyNumberOfSlots: true)), denyAutoConnection: .always),
    slotRules: SideRules(allowInstallation: .never, denyAutoConnection: .always))
}
