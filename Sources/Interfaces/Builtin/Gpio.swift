internal import Permissions

extension Interface {
  /// One sysfs GPIO from gadget. Attributes: `number`.
  static let gpio = Interface(
    "gpio", "one sysfs GPIO from gadget",
    slotRules: SideRules(
      allowInstallation: .when(Constraints(slotSnapTypes: [.core, .gadget])), denyAutoConnection: .always))
}
