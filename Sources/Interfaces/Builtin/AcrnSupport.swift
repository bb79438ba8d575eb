internal import Permissions

extension Interface {
  /// Lets a snap manage virtual machines of the ACRN hypervisor.
  static let acrnSupport = Interface(
    "acrn-support", "allows a snap to manage virtual machines of the ACRN hypervisor", implicitSlot: .always,
    slotRules: .manualSystemSlot
  )
  .with {
    $0.connectedPlug = { grants, _ in
      grants.files(.readWrite, "/dev/acrn_hsm", "/sys/devices/system/cpu/cpu[0-9]*/online")
      grants.udev(#"KERNEL=="acrn_hsm""#)
    }
  }
}
