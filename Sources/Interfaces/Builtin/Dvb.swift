internal import Permissions

extension Interface {
  /// DVB devices.
  static let dvb = Interface(
    "dvb", "DVB devices", implicitSlot: .always, slotRules: .manualSystemSlot
  )
  .with {
    $0.connectedPlug = { grants, _ in
      grants.files(.readWrite, "/dev/dvb/adapter[0-9]*/*")
      grants.files(.read, "/run/udev/data/c212:[0-9]*")
      grants.udev(#"SUBSYSTEM=="dvb""#, "dvb")
    }
  }
}
