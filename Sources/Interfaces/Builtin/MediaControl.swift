internal import Permissions

extension Interface {
  /// Controllers of media, and parts of cameras.
  static let mediaControl = Interface(
    "media-control", "allows access to media pipelines", implicitSlot: .always, slotRules: .manualSystemSlot
  )
  .with {
    $0.connectedPlug = { grants, _ in
      grants.files("rwk", "/dev/media[0-9]*")
      grants.files(.readWrite, "/dev/v4l-subdev[0-9]*")
      grants.udev(
        #"SUBSYSTEM=="media", KERNEL=="media[0-9]*""#, #"SUBSYSTEM=="video4linux", KERNEL=="v4l-subdev[0-9]*""#)
    }
  }
}
