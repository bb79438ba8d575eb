internal import Permissions

extension Interface {
  /// FIDO/U2F keys.
  static let u2fDevices = Interface(
    "u2f-devices", "FIDO/U2F keys", implicitSlot: .always, slotRules: .manualSystemSlot
  )
  .with {
    $0.connectedPlug = { grants, _ in
      grants.files("rwk", "/dev/hidraw*")
      grants.files(
        .read,
        "/run/udev/data/c23[4-9]:*", "/run/udev/data/c24[0-9]:*", "/run/udev/data/c25[0-4]:*",
        "/run/udev/data/+power_supply:hid*", "/run/udev/data/c14:[0-9]*",
        "/sys/devices/**/i2c*/**/report_descriptor", "/sys/devices/**/usb*/**/report_descriptor")
    }
  }
}
