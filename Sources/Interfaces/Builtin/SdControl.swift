internal import Permissions

extension Interface {
  /// A card that two hosts share. Only the `flavor` `dual-sd` is known, and nothing is granted without it.
  static let sdControl = Interface(
    "sd-control", "allows switching an SD card between two hosts", implicitSlot: .always,
    plugRules: .superPrivilegedPlug,
    slotRules: .manualSystemSlot
  )
  .with {
    $0.connectedPlug = { grants, connection in
      guard connection.plug.read.string("flavor") == "dual-sd" else { return }
      grants.files(.readWrite, "/dev/DualSD")
      grants.udev(#"KERNEL=="DualSD""#)
    }
  }
}
