internal import Permissions

extension Interface {
  /// UIO device from gadget.
  static let uio = Interface(
    "uio", "UIO device from gadget",
    slotRules: SideRules(
      allowInstallation: .when(Constraints(slotSnapTypes: [.core, .gadget])), denyAutoConnection: .always))
}
