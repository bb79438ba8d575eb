internal import Permissions

extension Interface {
  /// Sockets of the family `AF_VSOCK`.
  static let vsockGuest = Interface(
    "vsock-guest", "allows a virtual machine to talk to its host", implicitSlot: .always, slotRules: .manualSystemSlot
  )
  .with {
    $0.connectedPlug = { grants, _ in
      grants.network(.vsock)
      grants.files(.readWrite, "/dev/vsock")
      grants.syscalls("bind", "listen", "accept", "accept4")
      grants.udev(#"KERNEL=="vsock""#)
    }
  }
}
