internal import Permissions

extension Interface {
  /// Android debug bridge USB access.
  static let adbSupport = Interface(
    "adb-support", "Android debug bridge USB access", implicitSlot: .always, slotRules: .manualSystemSlot
  )
  .with {
    $0.connectedPlug = { grants, _ in
      grants.files(.readWrite, "/dev/bus/usb/[0-9][0-9][0-9]/[0-9][0-9][0-9]")
      grants.files(.read, "/run/udev/data/c189:*", "/sys/devices/**/usb*/**/serial")
    }
  }
}
