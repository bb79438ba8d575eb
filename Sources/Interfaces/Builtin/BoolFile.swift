internal import Permissions

extension Interface {
  /// Boolean sysfs file (LED/GPIO) from gadget. Attributes: `path`.
  static let boolFile = Interface(
    "bool-file", "boolean sysfs file (LED/GPIO) from gadget",
    slotRules: SideRules(
      allowInstallation: .when(Constraints(slotSnapTypes: [.core, .gadget])), denyAutoConnection: .always))
}
