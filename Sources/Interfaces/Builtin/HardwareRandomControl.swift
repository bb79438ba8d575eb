internal import Permissions

extension Interface {
  /// Hw_random select+write.
  static let hardwareRandomControl = Interface(
    "hardware-random-control", "hw_random select+write", implicitSlot: .always, slotRules: .manualSystemSlot
  )
  .with {
    $0.connectedPlug = { grants, _ in
      grants.files(.readWrite, "/dev/hwrng")
      grants.files(
        .read,
        "/run/udev/data/c10:183", "/sys/devices/virtual/misc/",
        "/sys/devices/virtual/misc/hw_random/rng_{available,current}")
      grants.files("w", "/sys/devices/virtual/misc/hw_random/rng_current")
      grants.udev(#"KERNEL=="hw_random""#, "hardware-random-control")
    }
  }
}
