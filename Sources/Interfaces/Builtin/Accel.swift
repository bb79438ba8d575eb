internal import Permissions

extension Interface {
  /// Lets a snap use accelerators for computing, as neural networks need them.
  static let accel = Interface(
    "accel", "allows a snap to use accelerators for computing, as neural networks need them", implicitSlot: .always,
    slotRules: .systemSlot
  )
  .with {
    $0.connectedPlug = { grants, _ in
      grants.files(.readWrite, "/dev/accel/accel*")
      grants.udev(#"SUBSYSTEM=="accel", KERNEL=="accel*""#)
    }
  }
}
