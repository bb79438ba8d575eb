internal import Permissions

extension Interface {
  /// /dev/hwrng read.
  static let hardwareRandomObserve = Interface(
    "hardware-random-observe", "/dev/hwrng read", implicitSlot: .always, slotRules: .manualSystemSlot
  )
  .with {
    $0.connectedPlug = { grants, _ in
      grants.files(
        .read,
        "/dev/hwrng", "/run/udev/data/c10:183", "/sys/devices/virtual/misc/",
        "/sys/devices/virtual/misc/hw_random/rng_{available,current}")
      grants.udev(#"KERNEL=="hw_random""#, "hardware-random-observe")
    }
  }
}
