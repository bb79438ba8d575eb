internal import Permissions

extension Interface {
  /// Lets a snap draw on the whole screen directly.
  static let framebuffer = Interface(
    "framebuffer", "allows a snap to draw on the whole screen directly", implicitSlot: .always,
    slotRules: .manualSystemSlot
  )
  .with {
    $0.connectedPlug = { grants, _ in
      grants.files(.readWrite, "/dev/fb[0-9]*")
      grants.files(.read, "/run/udev/data/c29:[0-9]*")
      grants.udev(#"KERNEL=="fb[0-9]*""#)
    }
  }
}
