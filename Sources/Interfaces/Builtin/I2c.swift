internal import ByteText
internal import Permissions

extension Interface {
  /// One I2C bus of a gadget. Attributes of the slot: `path` (`/dev/i2c-1`) or `sysfs-name` (`1-0051`).
  static let i2c = Interface(
    "i2c", "allows a snap to use one I2C bus or device that the gadget names",
    slotRules: SideRules(
      allowInstallation: .when(Constraints(slotSnapTypes: [.gadget, .core])), denyAutoConnection: .always)
  )
  .with {
    $0.checkSlot = { slot throws(InterfaceError) in _ = try I2CBus(slot) }
    $0.connectedPlug = { grants, connection throws(InterfaceError) in
      switch try I2CBus(connection.slot) {
      case .device(let name):
        let text = try patternText(name)
        grants.files(.readWrite, "/dev/\(text)", "/sys/devices/platform/{*,**.i2c}/\(text)/**")
        grants.udev.append(try udevRule(#"KERNEL=="\#(name)""#))
      case .client(let name): grants.files(.readWrite, "/sys/bus/i2c/devices/\(try patternText(name))/**")
      }
    }
  }
}

private enum I2CBus {
  /// `i2c-1`.
  case device(String)
  /// `1-0051`.
  case client(String)

  init(_ slot: ConnectionSide) throws(InterfaceError) {
    if let name = slot.read.string("sysfs-name") {
      guard !name.isEmpty,
        name.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_" || $0 == "-") })
      else { throw InterfaceError("invalid sysfs-name attribute") }
      guard slot["path"] == nil else {
        throw InterfaceError("only one of path and sysfs-name attributes can be used")
      }
      self = .client(name)
      return
    }
    guard let path = slot.read.string("path"), !path.isEmpty else {
      throw InterfaceError("i2c slot must have a path or sysfs-name attribute")
    }
    let cleaned = PathCheck.clean(path)
    guard let number = cleaned.bytes(after: "/dev/i2c-"), DecimalText.isOne(number) else {
      throw InterfaceError("i2c path attribute must be a valid device node")
    }
    self = .device(String(cleaned.dropFirst("/dev/".count)))
  }
}
