internal import Permissions

extension Interface {
  /// ACRN hypervisor management.
  static let acrnSupport = Interface(
    "acrn-support", "ACRN hypervisor management", implicitSlot: .always, slotRules: .manualSystemSlot
  )
  .with {
    $0.connectedPlug = { grants, _ in
      grants.files(.readWrite, "/dev/acrn_hsm", "/sys/devices/system/cpu/cpu[0-9]*/online")
      grants.udev(#"KERNEL=="acrn_hsm""#)
    }
  }
}
