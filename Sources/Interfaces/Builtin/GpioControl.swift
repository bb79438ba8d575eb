internal import Permissions

extension Interface {
  /// Lets a snap use every pin of the machine.
  static let gpioControl = Interface(
    "gpio-control", "allows a snap to use every pin of the machine", implicitSlot: .always,
    plugRules: .superPrivilegedPlug,
    slotRules: .manualSystemSlot
  )
  .with {
    $0.connectedPlug = { grants, _ in
      grants.files(
        .readWrite,
        "/sys/class/gpio/{,un}export", "/sys/class/gpio/gpio[0-9]*/{active_low,direction,value,edge}",
        "/sys/devices/platform/**/gpio/gpio[0-9]*/{active_low,direction,value,edge}", "/dev/gpiochip[0-9]*")
      grants.udev(#"SUBSYSTEM=="gpio", KERNEL=="gpiochip[0-9]*""#)
    }
  }
}
