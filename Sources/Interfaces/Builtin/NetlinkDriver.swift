internal import ByteText
internal import Permissions
internal import Snap

extension Interface {
  /// A netlink family of a driver that the gadget names by number (`family`) and name (`family-name`).
  static let netlinkDriver = Interface(
    "netlink-driver", "allows operating a kernel driver through its own netlink family",
    slotRules: .deviceSlot
  )
  .with {
    $0.checkPlug = { plug throws(InterfaceError) in _ = try familyName(plug) }
    $0.checkSlot = { slot throws(InterfaceError) in
      _ = try family(slot)
      _ = try familyName(slot)
    }
    $0.autoConnects = { $0.plug["family-name"] == $0.slot["family-name"] }
    $0.checkConnection = { connection throws(InterfaceError) in
      guard connection.plug["family-name"] == connection.slot["family-name"] else {
        throw InterfaceError("netlink-driver plug and slot have different family-name attributes")
      }
    }
    $0.connectedPlug = { grants, connection throws(InterfaceError) in
      grants.network(.netlink)
      grants.capabilities(.netAdmin)
      grants.syscalls("bind")
      let line = "socket AF_NETLINK - \(try family(connection.slot))"
      do { grants.syscalls.append(try SyscallRule(line: line)) } catch { throw InterfaceError("\(error)") }
    }
  }

  private static func family(_ slot: ConnectionSide) throws(InterfaceError) -> Int {
    guard let number = slot.read.integer("family") else {
      throw InterfaceError("netlink-driver slot must have a family number attribute")
    }
    guard number >= 0, number < Int(Int32.max) else {
      throw InterfaceError("netlink-driver slot family number attribute not valid: \(number)")
    }
    return number
  }

  /// Small letters, digits and hyphens; a letter first, no hyphen last.
  private static func familyName(_ side: ConnectionSide) throws(InterfaceError) -> String {
    guard let name = side.read.string("family-name") else {
      throw InterfaceError("netlink-driver \(side.role.rawValue) must have a family-name attribute")
    }
    guard let first = name.utf8.first, first.isASCIILower, name.utf8.last != UInt8(ascii: "-"),
      name.utf8.allSatisfy({ $0.isASCIILower || $0.isASCIIDigit || $0 == UInt8(ascii: "-") })
    else {
      throw InterfaceError(
        "netlink-driver \(side.role.rawValue) family-name \(quoted(name)) is invalid: only lower case letters, digits and hyphens"
      )
    }
    return name
  }
}
