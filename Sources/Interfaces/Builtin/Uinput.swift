internal import Permissions

extension Interface {
  /// Virtual input devices, whose events go to everyone.
  static let uinput = Interface(
    "uinput", "allows making events of keyboards and mice", implicitSlot: .always, plugRules: .superPrivilegedPlug,
    slotRules: .manualSystemSlot
  )
  .with {
    $0.connectedPlug = { grants, _ in
      grants.files(.readWrite, "/dev/uinput", "/dev/input/uinput")
      grants.udev(#"KERNEL=="uinput""#)
    }
  }
}
