internal import Permissions

extension Interface {
  /// Lets a snap use the memory in which a Raspberry Pi has its pins.
  static let gpioMemoryControl = Interface(
    "gpio-memory-control", "allows a snap to use the memory in which a Raspberry Pi has its pins",
    implicitSlot: .always,
    slotRules: .manualSystemSlot
  )
  .with {
    $0.connectedPlug = { grants, _ in
      grants.files(.readWrite, "/dev/gpiomem")
      grants.udev(#"KERNEL=="gpiomem""#)
    }
  }
}
