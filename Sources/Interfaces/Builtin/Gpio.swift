internal import Permissions

extension Interface {
  /// One pin of a board, through `/sys/class/gpio`. Attributes of the slot: `number`.
  static let gpio = Interface(
    "gpio", "allows a snap to use one pin that the gadget names",
    slotRules: .deviceSlot
  )
  .with {
    $0.checkSlot = { slot throws(InterfaceError) in _ = try number(slot) }
    $0.connectedPlug = { grants, connection throws(InterfaceError) in
      let pin = PatternText(try number(connection.slot))
      // The first is a link to a place that the second covers.
      grants.files("rwk", "/sys/class/gpio/gpio\(pin)/*", "/sys/devices/**/gpio/gpio\(pin)/*")
    }
    $0.connectedSlot = { grants, connection throws(InterfaceError) in
      grants.pins.append(.gpio(try number(connection.slot)))
    }
  }

  private static func number(_ slot: ConnectionSide) throws(InterfaceError) -> Int {
    guard slot["number"] != nil else { throw InterfaceError("gpio slot must have a number attribute") }
    guard let number = slot.read.integer("number") else {
      throw InterfaceError("gpio slot number attribute must be an int")
    }
    return number
  }
}
