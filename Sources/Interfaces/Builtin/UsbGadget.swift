internal import Permissions

extension Interface {
  /// Configfs USB gadget. Attributes: `ffs-mounts`.
  static let usbGadget = Interface(
    "usb-gadget", "configfs USB gadget", implicitSlot: .onCore,
    plugRules: SideRules(
      allowInstallation: .when(
        Constraints(plugAttributes: .map(["name": .missing, "where": .missing, "persistent": .missing]))),
      denyAutoConnection: .always),
    slotRules: .manualSystemSlot
  )
  .with {
    $0.connectedPlug = { grants, _ in
      grants.syscalls("mount", "umount", "umount2")
    }
  }
}
