internal import Permissions

extension Interface {
  /// Gpio-keys input devices.
  static let deviceButtons = Interface(
    "device-buttons", "gpio-keys input devices", implicitSlot: .always, slotRules: .manualSystemSlot
  )
  .with {
    $0.connectedPlug = { grants, _ in
      grants.files(.readWrite, "/dev/input/event[0-9]*")
      grants.files(.read, "/sys/devices/**/input[0-9]*/capabilities/*")
      grants.udev(
        #"KERNEL=="event[0-9]*", SUBSYSTEM=="input", ENV{ID_INPUT_KEY}=="1", ENV{ID_INPUT_KEYBOARD}!="1""#,
        #"KERNEL=="full", SUBSYSTEM=="mem""#)
    }
  }
}
