internal import Permissions

extension Interface {
  /// Lets a snap read the buttons of the machine itself.
  static let deviceButtons = Interface(
    "device-buttons", "allows a snap to read the buttons of the machine itself", implicitSlot: .always,
    slotRules: .manualSystemSlot
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
