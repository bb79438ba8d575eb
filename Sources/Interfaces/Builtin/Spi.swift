internal import Permissions

extension Interface {
  /// A device of an SPI bus, which the gadget names in `path` (`/dev/spidev0.1`).
  static let spi = Interface(
    "spi", "allows access to one device of an SPI bus",
    slotRules: .deviceSlot
  )
  .with {
    $0.checkSlot = { slot throws(InterfaceError) in _ = try spiDevice(slot) }
    $0.connectedPlug = { grants, connection throws(InterfaceError) in
      let name = try patternText(String(try spiDevice(connection.slot).dropFirst("/dev/".count)))
      grants.files(.readWrite, "/dev/\(name)")
      grants.files(
        "rw", "/sys/devices/platform/**/**.spi/**/\(name)/**", "/sys/devices/platform/**/spi*/**/\(name)/**")
      grants.udev.append(try udevRule(#"KERNEL=="\#(name.escaped)""#))
    }
  }

  private static func spiDevice(_ slot: ConnectionSide) throws(InterfaceError) -> String {
    try DevicePath.check(slot, or: "is not a valid SPI device") { path in
      var rest = path[...]
      return DevicePath.take("/dev/spidev", digits: 5, from: &rest)
        && DevicePath.take(".", digits: 5, from: &rest) && rest.isEmpty
    }
  }
}
