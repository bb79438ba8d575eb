internal import Permissions

extension Interface {
  /// AF_VSOCK guest.
  static let vsockGuest = Interface(
    "vsock-guest", "AF_VSOCK guest", implicitSlot: .always, slotRules: .manualSystemSlot
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
