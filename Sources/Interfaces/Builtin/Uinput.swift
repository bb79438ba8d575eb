internal import Permissions

extension Interface {
  /// /dev/uinput.
  static let uinput = Interface(
    "uinput", "/dev/uinput", implicitSlot: .always, plugRules: .superPrivilegedPlug, slotRules: .manualSystemSlot
  )
  .with {
    $0.connectedPlug = { grants, _ in
      grants.files(.readWrite, "/dev/uinput", "/dev/input/uinput")
      grants.udev(#"KERNEL=="uinput""#)
    }
  }
}
