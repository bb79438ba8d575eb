internal import Permissions

extension Interface {
  /// Compute accelerator nodes.
  static let accel = Interface(
    "accel", "compute accelerator nodes", implicitSlot: .always, slotRules: .systemSlot
  )
  .with {
    $0.connectedPlug = { grants, _ in
      grants.files(.readWrite, "/dev/accel/accel*")
      grants.udev(#"SUBSYSTEM=="accel", KERNEL=="accel*""#)
    }
  }
}
