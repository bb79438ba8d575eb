internal import Permissions

extension Interface {
  /// The memory device, with writing.
  static let physicalMemoryControl = Interface(
    "physical-memory-control", "allows writing physical memory", implicitSlot: .always, slotRules: .manualSystemSlot
  )
  .with {
    $0.connectedPlug = { grants, _ in
      grants.capabilities(.sysRawio)
      grants.files(.readWrite, "/dev/mem")
      grants.udev(#"KERNEL=="mem""#)
    }
  }
}
