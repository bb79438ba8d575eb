internal import ByteText
internal import Permissions
internal import Snap

extension Interface {
  /// One raw HID device: of a gadget (`path`, or `path` as a name with `usb-vendor` and `usb-product`), or plugged in.
  static let hidraw = Interface(
    "hidraw", "allows a snap to talk to one input device past the kernel's drivers",
    slotRules: .deviceSlot
  )
  .with {
    $0.checkSlot = { slot throws(InterfaceError) in _ = try RawHIDDevice(slot) }
    $0.connectedPlug = { grants, connection throws(InterfaceError) in
      let device = try RawHIDDevice(connection.slot)
      // Which node the name leads to is known only when the device is there; the tag tells the devices apart.
      if device.usb == nil {
        grants.files(.readWrite, try pathPattern("\(patternText(device.path))"))
      } else {
        grants.files(.readWrite, "/dev/hidraw[0-9]{,[0-9],[0-9][0-9]}")
      }
      grants.udev.append(try device.match)
    }
    $0.slot = { grants, slot throws(InterfaceError) in
      let device = try RawHIDDevice(slot)
      guard device.usb != nil else { return }
      grants.deviceLinks.append(DeviceLink(try device.match, name: device.name))
    }
    $0.hotplug = { device in
      guard device.subsystem == "hidraw", let node = device.node else { return nil }
      // Without a name of its own: the manager makes one of what the device says of itself.
      return HotplugSlot(name: "", label: "", attributes: Attributes(["path": .string(node)]))
    }
  }
}

private struct RawHIDDevice {
  let path: String
  let usb: (vendor: Int, product: Int)?

  var name: String { String(path.dropFirst("/dev/".count)) }

  var match: UdevRule {
    get throws(InterfaceError) {
      guard let usb else { return try udevRule(#"SUBSYSTEM=="hidraw", KERNEL=="\#(name)""#) }
      return try udevRule(
        #"SUBSYSTEM=="hidraw", SUBSYSTEMS=="usb", ATTRS{idVendor}=="\#(Self.hexadecimal(usb.vendor))", "#
          + #"ATTRS{idProduct}=="\#(Self.hexadecimal(usb.product))""#)
    }
  }

  init(_ slot: ConnectionSide) throws(InterfaceError) {
    guard let text = slot.read.string("path"), !text.isEmpty else {
      throw InterfaceError("hidraw slots must have a path attribute")
    }
    path = PathCheck.clean(text)
    guard slot["usb-vendor"] != nil || slot["usb-product"] != nil else {
      guard let number = path.bytes(after: "/dev/hidraw"), DecimalText.isOne(number, digits: 3) else {
        throw InterfaceError("hidraw path attribute must be a valid device node")
      }
      usb = nil
      return
    }
    guard let word = path.bytes(after: "/dev/hidraw-"), !word.isEmpty,
      word.utf8.allSatisfy({ $0.isASCIILower || $0.isASCIIDigit })
    else { throw InterfaceError("hidraw path attribute specifies invalid symlink location") }
    guard let vendor = slot.read.integer("usb-vendor") else {
      throw InterfaceError("hidraw slot failed to find usb-vendor attribute")
    }
    guard (0x1...0xffff).contains(vendor) else {
      throw InterfaceError("hidraw usb-vendor attribute not valid: \(vendor)")
    }
    guard let product = slot.read.integer("usb-product") else {
      throw InterfaceError("hidraw slot failed to find usb-product attribute")
    }
    guard (0x0...0xffff).contains(product) else {
      throw InterfaceError("hidraw usb-product attribute not valid: \(product)")
    }
    usb = (vendor, product)
  }

  private static func hexadecimal(_ number: Int) -> String {
    let digits = String(number, radix: 16)
    return String(repeating: "0", count: max(0, 4 - digits.count)) + digits
  }
}
