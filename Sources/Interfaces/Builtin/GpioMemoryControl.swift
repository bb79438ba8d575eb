internal import Permissions

extension Interface {
  /// /dev/gpiomem.
  static let gpioMemoryControl = Interface(
    "gpio-memory-control", "/dev/gpiomem", implicitSlot: .always, slotRules: .manualSystemSlot
  )
  .with {
    $0.connectedPlug = { grants, _ in
      grants.files(.readWrite, "/dev/gpiomem")
      grants.udev(#"KERNEL=="gpiomem""#, "gpio-memory-control")
    }
  }
}
