internal import Permissions

extension Interface {
  /// /dev/mem read.
  static let physicalMemoryObserve = Interface(
    "physical-memory-observe", "/dev/mem read", implicitSlot: .always, slotRules: .manualSystemSlot
  )
  .with {
    $0.connectedPlug = { grants, _ in
      grants.files(.read, "/dev/mem", "/proc/@{pids}/pagemap")
      grants.udev(#"KERNEL=="mem""#, "physical-memory-observe")
    }
  }
}
