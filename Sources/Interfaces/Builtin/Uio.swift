internal import Permissions

extension Interface {
  /// A device that a driver in user space works, which the gadget names in `path` (`/dev/uio0`).
  static let uio = Interface(
    "uio", "allows access to one device of the userspace I/O framework",
    slotRules: .deviceSlot
  )
  .with {
    $0.checkSlot = { slot throws(InterfaceError) in _ = try uioDevice(slot) }
    $0.connectedPlug = { grants, connection throws(InterfaceError) in
      let name = try patternText(String(try uioDevice(connection.slot).dropFirst("/dev/".count)))
      grants.files(.readWrite, "/dev/\(name)")
      // The registers' sizes and addresses.
      grants.files(.read, "/sys/devices/platform/**/uio/\(name)/**", "/sys/devices/pci*/**/uio/\(name)/**")
      grants.udev.append(try udevRule(#"SUBSYSTEM=="uio", KERNEL=="\#(name.escaped)""#))
    }
  }

  private static func uioDevice(_ slot: ConnectionSide) throws(InterfaceError) -> String {
    try DevicePath.check(slot, or: "must be a valid UIO device node") { path in
      var rest = path[...]
      return DevicePath.take("/dev/uio", digits: 5, from: &rest) && rest.isEmpty
    }
  }
}
