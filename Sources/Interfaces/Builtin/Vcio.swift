internal import Permissions

extension Interface {
  /// The mailbox of the Raspberry Pi's firmware.
  static let vcio = Interface(
    "vcio", "allows access to the Raspberry Pi's firmware", implicitSlot: .always, slotRules: .manualSystemSlot
  )
  .with {
    $0.connectedPlug = { grants, _ in
      grants.files(.readWrite, "/dev/vcio")
      grants.files(
        .read,
        "/sys/devices/virtual/bcm2708_vcio/vcio/**", "/run/udev/data/c23[4-9]:[0-9]*",
        "/run/udev/data/c24[0-9]:[0-9]*", "/run/udev/data/c25[0-4]:[0-9]*")
      grants.udev(#"SUBSYSTEM=="bcm2708_vcio", KERNEL=="vcio""#)
    }
  }
}
