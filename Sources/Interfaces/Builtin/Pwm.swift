internal import Permissions
internal import Snap

extension Interface {
  /// One `channel` of the chip `chip-number`, as the gadget says.
  static let pwm = Interface(
    "pwm", "allows access to one PWM channel",
    slotRules: .deviceSlot
  )
  .with {
    $0.checkSlot = { slot throws(InterfaceError) in
      _ = try pwmNumber("channel", slot)
      _ = try pwmNumber("chip-number", slot)
    }
    $0.connectedSlot = { grants, connection throws(InterfaceError) in
      grants.pins.append(
        .pwm(
          chip: try pwmNumber("chip-number", connection.slot), channel: try pwmNumber("channel", connection.slot)))
    }
    $0.connectedPlug = { grants, connection throws(InterfaceError) in
      let chip = PatternText(try pwmNumber("chip-number", connection.slot))
      let channel = PatternText(try pwmNumber("channel", connection.slot))
      // The directory of the class holds links; the channel itself is below its device.
      grants.files(
        "rwk", "/sys/devices/**/pwm/pwmchip\(chip)/pwm\(channel)/*", "/sys/class/pwm/pwmchip\(chip)/pwm\(channel)/*")
    }
  }

  private static func pwmNumber(_ key: String, _ slot: ConnectionSide) throws(InterfaceError) -> Int {
    guard slot[key] != nil else { throw InterfaceError("pwm slot must have a \(key) attribute") }
    guard let number = slot.read.integer(key) else {
      throw InterfaceError("pwm slot \(key) attribute must be an int")
    }
    guard number >= 0 else { throw InterfaceError("pwm slot \(key) attribute not valid: \(number)") }
    return number
  }
}
