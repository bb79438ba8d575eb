internal import Permissions

extension Interface {
  /// /dev/fb*.
  static let framebuffer = Interface(
    "framebuffer", "/dev/fb*", implicitSlot: .always, slotRules: .manualSystemSlot
  )
  .with {
    $0.connectedPlug = { grants, _ in
      grants.files(.readWrite, "/dev/fb[0-9]*")
      grants.files(.read, "/run/udev/data/c29:[0-9]*")
      grants.udev(#"KERNEL=="fb[0-9]*""#, "framebuffer")
    }
  }
}
