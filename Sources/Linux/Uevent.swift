/// What the kernel or udev says of one device (the kernel's `Documentation/ABI/testing/sysfs-uevent`).
public struct Uevent: Hashable, Sendable {
  /// `add`, `remove`, `change`, `bind`, …
  public var action: String
  /// Below `/sys`: `/devices/…`.
  public var devicePath: String
  public var subsystem: String
  /// In `/dev`; nil for a device without a node.
  public var node: String?
  public var properties: [String: String]

  public init(
    action: String, devicePath: String, subsystem: String, node: String? = nil, properties: [String: String] = [:]
  ) {
    self.action = action
    self.devicePath = devicePath
    self.subsystem = subsystem
    self.node = node
    self.properties = properties
  }

  /// Reads a message of the kernel's or of udev's; nil for anything else.
  ///
  /// The kernel's begins with `ACTION@PATH` and a NUL. udev's begins with `libudev` and says where its properties are
  /// (systemd's `sd-device/device-monitor.c`). Both have `KEY=VALUE`, each ended by a NUL.
  public init?(message: [UInt8]) {
    let texts: ArraySlice<UInt8>
    if message.starts(with: Array("libudev".utf8) + [0]) {
      guard message.count >= 40 else { return nil }
      func number(_ place: Int) -> UInt32 {
        message.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: place, as: UInt32.self) }
      }
      // In network order; the others are in the machine's.
      guard UInt32(bigEndian: number(8)) == 0xfeed_cafe else { return nil }
      let (start, length) = (Int(number(16)), Int(number(20)))
      guard start >= 24, start <= message.count, length <= message.count - start else { return nil }
      texts = message[start..<(start + length)]
    } else {
      guard let end = message.firstIndex(of: 0), message[..<end].contains(UInt8(ascii: "@")) else { return nil }
      texts = message[message.index(after: end)...]
    }
    self.init(lines: texts.split(separator: 0).map { $0 })
  }

  /// Reads `KEY=VALUE` texts; nil when they do not say what happened to which device.
  init?(lines: [ArraySlice<UInt8>]) {
    var properties: [String: String] = [:]
    for line in lines.prefix(512) {
      guard let text = String(validating: line, as: UTF8.self), let equals = text.firstIndex(of: "=") else { continue }
      properties[String(text[..<equals])] = String(text[text.index(after: equals)...])
    }
    guard let action = properties["ACTION"], let path = properties["DEVPATH"], let subsystem = properties["SUBSYSTEM"],
      path.hasPrefix("/"), !path.contains("/../")
    else { return nil }
    self.init(
      action: action, devicePath: path, subsystem: subsystem, node: Self.node(properties["DEVNAME"]),
      properties: properties)
  }

  /// The kernel says `bus/usb/001/002`, udev `/dev/bus/usb/001/002`.
  static func node(_ name: String?) -> String? {
    guard let name, !name.isEmpty else { return nil }
    let path = name.hasPrefix("/dev/") ? name : "/dev/" + name
    let parts = path.dropFirst().split(separator: "/", omittingEmptySubsequences: false)
    return parts.contains { $0.isEmpty || $0 == "." || $0 == ".." } ? nil : path
  }
}
