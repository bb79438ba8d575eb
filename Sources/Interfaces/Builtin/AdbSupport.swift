internal import Permissions

extension Interface {
  /// Lets a snap talk to Android devices over USB.
  static let adbSupport = Interface(
    "adb-support", "allows a snap to talk to Android devices over USB", implicitSlot: .always,
    slotRules: .manualSystemSlot
  )
  .with {
    $0.connectedPlug = { grants, _ throws(InterfaceError) in
      grants.files(.readWrite, "/dev/bus/usb/[0-9][0-9][0-9]/[0-9][0-9][0-9]")
      grants.files(.read, "/run/udev/data/c189:*", "/sys/devices/**/usb*/**/serial")
      grants.udev += try adbDevices()
    }
    $0.connectedSlot = { grants, _ throws(InterfaceError) in grants.udev += try adbDevices() }
  }
}

/// Devices that speak adb, by their makers' vendor numbers of USB.
private func adbDevices() throws(InterfaceError) -> [UdevRule] {
  let vendors = [
    "0409", "0414", "0471", "0482", "0489", "04c5", "04da", "04dd", "04e8", "0502", "054c", "05c6", "091e", "0930",
    "0955", "0b05", "0bb4", "0e8d", "0fce", "1004", "109b", "10a9", "12d1", "17ef", "18d1", "1949", "19d2", "1bbb",
    "1d4d", "1ebf", "1f53", "201e", "2080", "2116", "2257", "22b8", "22d9", "2340", "24e3", "2717", "2a45", "2a47",
    "2a70", "2ae5", "2d95", "413c", "8087",
  ]
  return try vendors.map { vendor throws(InterfaceError) in
    try udevRule(#"SUBSYSTEM=="usb", ATTR{idVendor}=="\#(vendor)""#)
  }
}
