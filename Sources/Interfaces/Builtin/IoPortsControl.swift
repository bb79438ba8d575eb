internal import Permissions

extension Interface {
  /// Ioperm/iopl, /dev/port.
  static let ioPortsControl = Interface(
    "io-ports-control", "ioperm/iopl, /dev/port", implicitSlot: .always, slotRules: .manualSystemSlot
  )
  .with {
    $0.connectedPlug = { grants, _ in
      grants.capabilities(.sysRawio)
      grants.files(.readWrite, "/dev/port")
      grants.syscalls("ioperm", "iopl")
      grants.udev(#"KERNEL=="port""#, "io-ports-control")
    }
  }
}
