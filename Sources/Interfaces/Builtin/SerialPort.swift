internal import ByteText
internal import Permissions
internal import Snap

extension Interface {
  /// A serial port: the gadget's, by its node (`path`) or by the vendor and product of a USB device, whose link is
  /// `path` then; or one that was plugged in.
  static let serialPort = Interface(
    "serial-port", "allows access to one serial port",
    slotRules: .deviceSlot
  )
  .with {
    $0.checkSlot = { slot throws(InterfaceError) in _ = try SerialPort(slot) }
    $0.slot = { grants, slot throws(InterfaceError) in
      guard let port = try? SerialPort(slot), let match = try port.usbMatch else { return }
      grants.deviceLinks.append(DeviceLink(match, name: port.name))
    }
    $0.connectedPlug = { grants, connection throws(InterfaceError) in
      let port = try SerialPort(connection.slot)
      let name = try patternText(port.name)
      grants.files("rwk", "/dev/\(name)")
      if let match = try port.usbMatch {
        // The link leads to a node that only udev knows; its tag admits no other.
        grants.files("rwk", "/dev/tty[A-Z]*[0-9]*")
        grants.udev.append(match)
      } else {
        grants.udev.append(try udevRule(#"SUBSYSTEM=="tty", KERNEL=="\#(name.escaped)""#))
      }
    }
    $0.hotplug = { device in
      guard device.subsystem == "tty", device.properties["ID_BUS"] == "usb", let node = device.node,
        SerialPort.isNode(node)
      else { return nil }
      var attributes = Attributes(["path": .string(node)])
      for (attribute, property) in [("usb-vendor", "ID_VENDOR_ID"), ("usb-product", "ID_MODEL_ID")] {
        if let value = device.properties[property] { attributes[attribute] = .string(value) }
      }
      // Without a name of its own: the manager makes one of what the device says of itself.
      return HotplugSlot(name: "", label: "", attributes: attributes)
    }
  }
}

/// What a slot says of its port.
private struct SerialPort {
  /// Below `/dev`.
  let name: String
  let usb: USB?

  struct USB {
    let vendor: Int
    let product: Int
    let interface: Int?
  }

  init(_ slot: ConnectionSide) throws(InterfaceError) {
    guard let text = slot.read.string("path"), !text.isEmpty else {
      throw InterfaceError("serial-port slot must have a path attribute")
    }
    let path = PathCheck.clean(text)
    // Slots of devices that were plugged in have texts here, and a node.
    let keys = ["usb-vendor", "usb-product", "usb-interface-number"]
    if keys.contains(where: { slot.read.integer($0) != nil }) {
      guard Self.isLink(path) else {
        throw InterfaceError("serial-port path attribute specifies invalid symlink location")
      }
      usb = try Self.usb(slot)
    } else {
      guard Self.isNode(path) else {
        throw InterfaceError("serial-port path attribute must be a valid device node")
      }
      usb = nil
    }
    name = String(path.dropFirst("/dev/".count))
  }

  private static func usb(_ slot: ConnectionSide) throws(InterfaceError) -> USB {
    guard let vendor = slot.read.integer("usb-vendor") else {
      throw InterfaceError("serial-port slot failed to find usb-vendor attribute")
    }
    guard (1...0xffff).contains(vendor) else {
      throw InterfaceError("serial-port usb-vendor attribute not valid: \(vendor)")
    }
    guard let product = slot.read.integer("usb-product") else {
      throw InterfaceError("serial-port slot failed to find usb-product attribute")
    }
    guard (0...0xffff).contains(product) else {
      throw InterfaceError("serial-port usb-product attribute not valid: \(product)")
    }
    let interface = slot.read.integer("usb-interface-number")
    if let interface, !(0..<32).contains(interface) {
      throw InterfaceError("serial-port usb-interface-number attribute cannot be negative or larger than 31")
    }
    return USB(vendor: vendor, product: product, interface: interface)
  }

  /// How udev knows the device.
  var usbMatch: UdevRule? {
    get throws(InterfaceError) {
      guard let usb else { return nil }
      func hex(_ number: Int, _ width: Int) -> String {
        let digits = String(number, radix: 16)
        return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
      }
      var match =
        #"SUBSYSTEM=="tty", SUBSYSTEMS=="usb", ATTRS{idVendor}=="\#(hex(usb.vendor, 4))""#
        + #", ATTRS{idProduct}=="\#(hex(usb.product, 4))""#
      if let interface = usb.interface { match += #", ENV{ID_USB_INTERFACE_NUM}=="\#(hex(interface, 2))""# }
      return try udevRule(match)
    }
  }

  /// `/dev/ttyS0`, `/dev/ttyUSB1`, `/dev/ttymxc2`, `/dev/ttyXRUSB0`.
  static func isNode(_ path: String) -> Bool {
    for kind in ["S", "O", "UL", "USB", "ACM", "AMA", "XRUSB", "GS", "HS", "LP", "SC", "THS", "MSM", "mxc"] {
      var rest = path[...]
      if DevicePath.take("/dev/tty" + kind, digits: 3, from: &rest), rest.isEmpty { return true }
    }
    return false
  }

  /// `/dev/serial-port-gps`.
  private static func isLink(_ path: String) -> Bool {
    let prefix = "/dev/serial-port-"
    guard let word = path.bytes(after: prefix), !word.isEmpty else { return false }
    return word.utf8.allSatisfy {
      $0.isASCIILower || $0.isASCIIDigit
    }
  }
}
