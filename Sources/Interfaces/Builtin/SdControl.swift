internal import Permissions

extension Interface {
  /// SD dual-role device. Attributes: `flavor`.
  static let sdControl = Interface(
    "sd-control", "SD dual-role device", implicitSlot: .always, plugRules: .superPrivilegedPlug,
    slotRules: .manualSystemSlot
  )
  .with {
    $0.connectedPlug = { grants, _ in
      grants.files(.readWrite, "/dev/DualSD")
      grants.udev(#"KERNEL=="DualSD""#)
    }
  }
}
