internal import Permissions

extension Interface {
  /// Lets a snap choose and feed the hardware's source of random numbers.
  static let hardwareRandomControl = Interface(
    "hardware-random-control", "allows a snap to choose and feed the hardware's source of random numbers",
    implicitSlot: .always, slotRules: .manualSystemSlot
  )
  .with {
    $0.connectedPlug = { grants, _ in
      grants.files(.readWrite, "/dev/hwrng")
      grants.files(
        .read,
        "/run/udev/data/c10:183", "/sys/devices/virtual/misc/",
        "/sys/devices/virtual/misc/hw_random/rng_{available,current}")
      grants.files("w", "/sys/devices/virtual/misc/hw_random/rng_current")
      grants.udev(#"KERNEL=="hw_random""#, #"KERNEL=="hwrng""#)
    }
  }
}
