internal import Interfaces

/// How slots of devices are named and how a device is known again.
enum HotplugNames {
  private static let longest = 20

  /// A name that a slot may have, of a device's own words: small letters, digits and single dashes; the shortest that one
  /// of its properties gives, else the interface's name. As the reference (`overlord/ifacestate/hotplug.go`) makes it.
  static func name(of device: HotplugDevice, fallback: String) -> String {
    let names = ["NAME", "ID_MODEL_FROM_DATABASE", "ID_MODEL"].compactMap { device.properties[$0].map(word) }
    return names.filter { !$0.isEmpty }.min { $0.utf8.count < $1.utf8.count } ?? fallback
  }

  /// Letters and digits of a text that anybody may have put into a device: nothing else gets into the name.
  static func word(_ text: String) -> String {
    var result: [UInt8] = []
    for byte in text.utf8 where result.count < longest {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"): result.append(byte)
      case UInt8(ascii: "A")...UInt8(ascii: "Z"): result.append(byte | 0x20)
      case UInt8(ascii: "0")...UInt8(ascii: "9") where !result.isEmpty: result.append(byte)
      case UInt8(ascii: "-") where !result.isEmpty && result.last != byte: result.append(byte)
      default: break
      }
    }
    while result.last == UInt8(ascii: "-") { result.removeLast() }
    return String(decoding: result, as: UTF8.self)
  }

  /// The name, with a number when it is in use.
  static func unique(_ name: String, in used: Set<String>) -> String {
    guard used.contains(name) else { return name }
    for number in 1... where !used.contains("\(name)-\(number)") { return "\(name)-\(number)" }
    return name
  }

  /// What a device is known by when it comes back: the first word of each group that it has. Nil for one without any,
  /// which is told apart from others by its node alone.
  static func key(of device: HotplugDevice) -> String? {
    let groups = [
      ["ID_V4L_PRODUCT", "NAME", "ID_NET_NAME", "PCI_SLOT_NAME"],
      ["ID_VENDOR_ID", "ID_VENDOR", "ID_WWN", "ID_WWN_WITH_EXTENSION", "ID_VENDOR_FROM_DATABASE", "ID_VENDOR_ENC"],
      ["ID_MODEL_ID", "ID_MODEL_ENC"], ["ID_SERIAL", "ID_SERIAL_SHORT", "ID_NET_NAME_MAC", "ID_REVISION"],
      // One USB device can have several ports.
      ["ID_USB_INTERFACE_NUM"],
    ]
    var found: [String] = []
    for group in groups {
      guard let name = group.first(where: { device.properties[$0].map { !$0.isEmpty } ?? false }),
        let value = device.properties[name]
      else { continue }
      let plain = value.unicodeScalars.prefix(128).map { $0.value < 0x21 || $0 == "=" || $0 == "," ? "_" : String($0) }
      found.append("\(name)=\(plain.joined())")
    }
    return found.isEmpty ? device.node.map { "node=\($0)" } : found.joined(separator: ",")
  }
}
