internal import Permissions

extension Interface {
  /// Lets a snap read random numbers from the hardware.
  static let hardwareRandomObserve = Interface(
    "hardware-random-observe", "allows a snap to read random numbers from the hardware", implicitSlot: .always,
    slotRules: .manualSystemSlot
  )
  .with {
    $0.connectedPlug = { grants, _ in
      grants.files(
        .read,
        "/dev/hwrng", "/run/udev/data/c10:183", "/sys/devices/virtual/misc/",
        "/sys/devices/virtual/misc/hw_random/rng_{available,current}")
      grants.udev(#"KERNEL=="hw_random""#, #"KERNEL=="hwrng""#)
    }
  }
}
