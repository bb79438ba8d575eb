internal import Permissions

extension Interface {
  /// Named modules on boot/dynamic. Attributes: `modules`.
  static let kernelModuleLoad = Interface(
    "kernel-module-load", "named modules on boot/dynamic", implicitSlot: .always, plugRules: .superPrivilegedPlug,
    slotRules: SideRules(allowInstallation: .when(Constraints(slotSnapTypes: [.core])), denyConnection: .always))
}
