internal import ByteText
internal import Permissions

extension Interface {
  /// One sensor or converter of a gadget (industrial I/O). Attributes of the slot: `path` (`/dev/iio:device0`).
  static let iio = Interface(
    "iio", "allows a snap to use one sensor or converter that the gadget names",
    slotRules: SideRules(
      allowInstallation: .when(Constraints(slotSnapTypes: [.gadget, .core])), denyAutoConnection: .always)
  )
  .with {
    $0.checkSlot = { slot throws(InterfaceError) in _ = try deviceName(slot) }
    $0.connectedPlug = { grants, connection throws(InterfaceError) in
      let name = try deviceName(connection.slot)
      let text = try patternText(name)
      grants.files(.readWrite, "/dev/\(text)")
      grants.files(.read, "/sys/bus/iio/devices/\(text)/")
      grants.files("rwk", "/sys/bus/iio/devices/\(text)/**", "/sys/devices/**/\(text)/**")
      grants.udev.append(try udevRule(#"KERNEL=="\#(name)""#))
    }
  }

  private static func deviceName(_ slot: ConnectionSide) throws(InterfaceError) -> String {
    guard let path = slot.read.string("path"), !path.isEmpty else {
      throw InterfaceError("iio slot must have a path attribute")
    }
    let cleaned = PathCheck.clean(path)
    guard let number = cleaned.bytes(after: "/dev/iio:device"), DecimalText.isOne(number) else {
      throw InterfaceError("iio path attribute must be a valid device node")
    }
    return String(cleaned.dropFirst("/dev/".count))
  }
}
