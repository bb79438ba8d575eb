internal import Permissions

extension Interface {
  /// Lets a snap talk to Android devices over USB.
  static let adbSupport = Interface(
    "adb-support", "allows a snap to talk to Android devices over USB", implicitSlot: .always,
    slotRules: .manualSystemSlot
  )
  .with {
    $0.connectedPlug = { grants, _ in
      grants.files(.readWrite, "/dev/bus/usb/[0-9][0-9][0-9]/[0-9][0-9][0-9]")
      grants.files(.read, "/run/udev/data/c189:*", "/sys/devices/**/usb*/**/serial")
    }
  }
}
