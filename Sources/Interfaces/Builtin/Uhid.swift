internal import Permissions

extension Interface {
  /// /dev/uhid.
  static let uhid = Interface(
    "uhid", "/dev/uhid", implicitSlot: .always, slotRules: .manualSystemSlot
  )
  .with {
    $0.connectedPlug = { grants, _ in
      grants.files(.readWrite, "/dev/uhid")
    }
  }
}
