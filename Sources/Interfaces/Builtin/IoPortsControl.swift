internal import Permissions

extension Interface {
  /// Lets a snap use the processor's input and output ports.
  static let ioPortsControl = Interface(
    "io-ports-control", "allows a snap to use the processor's input and output ports", implicitSlot: .always,
    slotRules: .manualSystemSlot
  )
  .with {
    $0.connectedPlug = { grants, _ in
      grants.capabilities(.sysRawio)
      grants.files(.readWrite, "/dev/port")
      grants.syscalls("ioperm", "iopl")
      grants.udev(#"KERNEL=="port""#)
    }
  }
}
