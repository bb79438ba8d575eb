internal import ByteText
internal import Permissions

extension Interface {
  /// One file of `/sys` that holds 0 or 1: the brightness of an LED, the value of a pin. Attributes: `path`.
  static let boolFile = Interface(
    "bool-file", "allows a snap to switch one LED or one pin that the gadget names",
    slotRules: .deviceSlot
  )
  .with {
    $0.checkSlot = { slot throws(InterfaceError) in _ = try BooleanFile(slot) }
    $0.connectedPlug = { grants, connection throws(InterfaceError) in
      let file = try BooleanFile(connection.slot)
      // The path leads through links; rules that follow paths need the place behind them.
      grants.files("rwk", try pathPattern(file.link), try pathPattern(file.place))
    }
    $0.slot = { grants, slot throws(InterfaceError) in
      guard try BooleanFile(slot).isPin else { return }
      grants.files(.readWrite, "/sys/class/gpio/{,un}export", "/sys/class/gpio/gpio[0-9]*/direction")
    }
  }
}

private struct BooleanFile {
  let isPin: Bool
  let link: PolicyPattern
  let place: PolicyPattern

  init(_ slot: ConnectionSide) throws(InterfaceError) {
    guard let path = slot.read.string("path"), !path.isEmpty else {
      throw InterfaceError("bool-file must contain the path attribute")
    }
    let parts = PathCheck.clean(path).byteSplit("/", keepingEmpty: true).map(String.init)
    guard parts.count == 6, parts[0...2] == ["", "sys", "class"], !parts[4].isEmpty else { throw Self.other }
    let name = try patternText(parts[4])
    switch (parts[3], parts[5]) {
    case ("leds", "brightness"):
      isPin = false
      link = "/sys/class/leds/\(name)/brightness"
      place = "/sys/devices/**/leds/\(name)/brightness"
    case ("gpio", "value"):
      guard let number = parts[4].bytes(after: "gpio"), DecimalText.isOne(number) else { throw Self.other }
      isPin = true
      link = "/sys/class/gpio/\(name)/value"
      place = "/sys/devices/**/gpio/\(name)/value"
    default: throw Self.other
    }
  }

  private static let other = InterfaceError("bool-file can only point at LED brightness or GPIO value")
}
