internal import Permissions

extension Interface {
  /// The kernel's door for drivers of input devices in user space.
  static let uhid = Interface(
    "uhid", "allows making input devices in user space", implicitSlot: .always, slotRules: .manualSystemSlot
  )
  .with {
    $0.connectedPlug = { grants, _ in
      grants.files(.readWrite, "/dev/uhid")
    }
  }
}
