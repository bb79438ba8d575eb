internal import Permissions

extension Interface {
  /// /dev/mem write.
  static let physicalMemoryControl = Interface(
    "physical-memory-control", "/dev/mem write", implicitSlot: .always, slotRules: .manualSystemSlot
  )
  .with {
    $0.connectedPlug = { grants, _ in
      grants.capabilities(.sysRawio)
      grants.files(.readWrite, "/dev/mem")
      grants.udev(#"KERNEL=="mem""#, "physical-memory-control")
    }
  }
}
