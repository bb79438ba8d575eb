internal import Permissions

extension Interface {
  /// Joysticks, and event devices that udev calls one.
  static let joystick = Interface(
    "joystick", "allows access to joysticks and gamepads", implicitSlot: .always, slotRules: .manualSystemSlot
  )
  .with {
    $0.connectedPlug = { grants, _ in
      grants.files(.readWrite, "/dev/input/js{[0-9],[12][0-9],3[01]}")
      grants.files(
        .read,
        "/run/udev/data/c13:{[0-9],[12][0-9],3[01]}", "/run/udev/data/c13:{6[5-9],[7-9][0-9],[1-9][0-9][0-9]*}")
      grants.files(.readWrite, "/dev/input/event[0-9]*")
      grants.files(.read, "/sys/devices/**/input[0-9]*/capabilities/*")
      grants.udev(
        #"KERNEL=="js[0-9]*""#, #"KERNEL=="event[0-9]*", SUBSYSTEM=="input", ENV{ID_INPUT_JOYSTICK}=="1""#,
        #"KERNEL=="full", SUBSYSTEM=="mem""#)
    }
  }
}
