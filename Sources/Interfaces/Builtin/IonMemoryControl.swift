internal import Permissions

extension Interface {
  /// Lets a snap share memory with devices through ION.
  static let ionMemoryControl = Interface(
    "ion-memory-control", "allows a snap to share memory with devices through ION", implicitSlot: .always,
    plugRules: .superPrivilegedPlug,
    slotRules: .manualSystemSlot
  )
  .with {
    $0.connectedPlug = { grants, _ in
      grants.files(.readWrite, "/dev/ion")
      grants.udev(#"KERNEL=="ion""#)
    }
  }
}
