internal import Permissions

extension Interface {
  /// /dev/sg*.
  static let scsiGeneric = Interface(
    "scsi-generic", "/dev/sg*", implicitSlot: .always, plugRules: .superPrivilegedPlug, slotRules: .manualSystemSlot
  )
  .with {
    $0.connectedPlug = { grants, _ in
      grants.files(.readWrite, "/dev/sg[0-9]*")
      grants.udev(#"KERNEL=="sg[0-9]*""#)
    }
  }
}
