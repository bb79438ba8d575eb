internal import Permissions

extension Interface {
  /// /dev/ion.
  static let ionMemoryControl = Interface(
    "ion-memory-control", "/dev/ion", implicitSlot: .always, plugRules: .superPrivilegedPlug,
    slotRules: .manualSystemSlot
  )
  .with {
    $0.connectedPlug = { grants, _ in
      grants.files(.readWrite, "/dev/ion")
      grants.udev(#"KERNEL=="ion""#)
    }
  }
}
