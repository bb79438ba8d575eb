internal import Permissions

extension Interface {
  /// One tty from gadget/hotplug. Attributes: `path`, `usb-interface-number`, `usb-product`, `usb-vendor`.
  static let serialPort = Interface(
    "serial-port", "one tty from gadget/hotplug",
    slotRules: SideRules(
      allowInstallation: .when(Constraints(slotSnapTypes: [.core, .gadget])), denyAutoConnection: .always))
}
