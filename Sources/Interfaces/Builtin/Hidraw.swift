internal import Permissions

extension Interface {
  /// Hidraw node (gadget/hotplug). Attributes: `path`, `usb-product`, `usb-vendor`.
  static let hidraw = Interface(
    "hidraw", "hidraw node (gadget/hotplug)",
    slotRules: SideRules(
      allowInstallation: .when(Constraints(slotSnapTypes: [.core, .gadget])), denyAutoConnection: .always))
}
