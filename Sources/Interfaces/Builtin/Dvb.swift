internal import Permissions

extension Interface {
  /// Lets a snap receive digital television and radio.
  static let dvb = Interface(
    "dvb", "allows a snap to receive digital television and radio", implicitSlot: .always, slotRules: .manualSystemSlot
  )
  .with {
    $0.connectedPlug = { grants, _ in
      grants.files(.readWrite, "/dev/dvb/adapter[0-9]*/*")
      grants.files(.read, "/run/udev/data/c212:[0-9]*")
      grants.udev(#"SUBSYSTEM=="dvb""#)
    }
  }
}
