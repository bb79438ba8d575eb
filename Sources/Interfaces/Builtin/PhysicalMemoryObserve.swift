internal import Permissions

extension Interface {
  /// The memory device, and the maps of pages.
  static let physicalMemoryObserve = Interface(
    "physical-memory-observe", "allows reading physical memory", implicitSlot: .always, slotRules: .manualSystemSlot
  )
  .with {
    $0.connectedPlug = { grants, _ in
      grants.files(.read, "/dev/mem", "/proc/@{pids}/pagemap")
      grants.udev(#"KERNEL=="mem""#)
    }
  }
}
