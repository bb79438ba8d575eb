internal import Permissions

extension Interface {
  /// SCSI devices without the kernel's drivers in front.
  static let scsiGeneric = Interface(
    "scsi-generic", "allows access to SCSI devices", implicitSlot: .always, plugRules: .superPrivilegedPlug,
    slotRules: .manualSystemSlot
  )
  .with {
    $0.connectedPlug = { grants, _ in
      grants.files(.readWrite, "/dev/sg[0-9]*")
      grants.udev(#"KERNEL=="sg[0-9]*""#)
    }
  }
}
