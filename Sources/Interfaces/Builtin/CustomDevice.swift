internal import ByteText
internal import Permissions
internal import Snap

extension Interface {
  /// Devices and files that a gadget names. Attributes of both sides: `custom-device`; of the slot: `devices`,
  /// `read-devices`, `files` (`read`, `write`), `udev-tagging`.
  static let customDevice = Interface(
    "custom-device", "allows a snap to use devices and files that the gadget names",
    slotRules: SideRules(
      allowInstallation: .never,
      allowConnection: .when(Constraints(plugAttributes: .map(["custom-device": .slotAttribute("custom-device")]))),
      denyAutoConnection: .always)
  )
  .with {
    $0.checkPlug = { plug throws(InterfaceError) in try CustomDeviceSlot.checkName(&plug) }
    $0.checkSlot = { slot throws(InterfaceError) in
      try CustomDeviceSlot.checkName(&slot)
      _ = try CustomDeviceSlot(slot)
    }
    $0.connectedPlug = { grants, connection throws(InterfaceError) in
      let slot = try CustomDeviceSlot(connection.slot)
      for (paths, access) in [
        (slot.devices, FileAccess.readWrite), (slot.readDevices, .read), (slot.files["read"] ?? [], .read),
        (slot.files["write"] ?? [], .readWrite),
      ] {
        for path in paths { grants.files(access, try CustomDeviceSlot.pattern(path)) }
      }
      for rule in slot.udevRules.sorted(by: { $0.key < $1.key }) { grants.udev.append(try udevRule(rule.value)) }
    }
  }
}

/// The attributes of a slot, checked.
private struct CustomDeviceSlot {
  let devices: [String]
  let readDevices: [String]
  let files: [String: [String]]
  /// A match for each device, by its name in `/dev`.
  private(set) var udevRules: [String: String] = [:]

  /// The label that plug and slot have in common: the side's name unless told.
  static func checkName(_ side: inout ConnectionSide) throws(InterfaceError) {
    if let name = side["custom-device"], side.read.string("custom-device") == nil {
      throw InterfaceError(#"custom-device "custom-device" attribute must be a string, not \#(name.goText)"#)
    }
    side.fill("custom-device", with: side.name.description)
  }

  init(_ slot: ConnectionSide) throws(InterfaceError) {
    devices = try slot.optionalStrings("devices") ?? []
    readDevices = try slot.optionalStrings("read-devices") ?? []
    for device in devices { try Self.checkDevice(device, in: "devices") }
    for device in readDevices {
      try Self.checkDevice(device, in: "read-devices")
      guard !devices.contains(device) else {
        throw InterfaceError(
          #"cannot specify path \#(quoted(device)) both in "devices" and "read-devices" attributes"#)
      }
    }
    files = try Self.files(of: slot)
    let all = devices + readDevices
    for device in all {
      let name = String(device.dropFirst("/dev/".count))
      udevRules[name] = #"KERNEL=="\#(name)""#
    }
    if slot["udev-tagging"] != nil {
      guard let rules = slot.read.maps("udev-tagging") else {
        throw slot.wrongType(of: "udev-tagging", wanted: "*[]map[string]interface {}")
      }
      for rule in rules { try addTagging(rule, devices: all) }
    }
    guard !all.isEmpty || !files.isEmpty else {
      throw InterfaceError("cannot use custom-device slot without any files or devices")
    }
  }

  private static func files(of slot: ConnectionSide) throws(InterfaceError) -> [String: [String]] {
    guard let attribute = slot["files"] else { return [:] }
    let wrongType = slot.wrongType(of: "files", wanted: "*map[string][]string")
    guard case .map(let sections) = attribute else { throw wrongType }
    var files: [String: [String]] = [:]
    for (key, value) in sections.sorted(by: { $0.key < $1.key }) {
      guard case .list(let items) = value else { throw wrongType }
      guard key == "read" || key == "write" else {
        throw InterfaceError(
          #"cannot specify \#(quoted(key)) in "files" section, only "read" and "write" allowed"#)
      }
      for item in items {
        guard case .string(let path) = item else { throw wrongType }
        try checkPath(path, in: key)
        files[key, default: []].append(path)
      }
    }
    return files
  }

  private static func checkDevice(_ path: String, in attribute: String) throws(InterfaceError) {
    guard let name = path.bytes(after: "/dev/"), !name.isEmpty,
      !name.utf8.contains(where: { #""|{}\"#.utf8.contains($0) })
    else {
      throw InterfaceError(
        "custom-device \(quoted(attribute)) path must start with /dev/ and cannot contain special characters: "
          + quoted(path))
    }
    try checkPath(path, in: attribute)
  }

  private static func checkPath(_ path: String, in attribute: String) throws(InterfaceError) {
    let complaint = "custom-device \(quoted(attribute)) path"
    guard path.hasBytePrefix("/"), !path.hasByte("\""), !path.hasByte("@") else {
      throw InterfaceError("\(complaint) must start with / and cannot contain special characters: \(quoted(path))")
    }
    guard SnapPlace.isCleanBelow(path) else {
      throw InterfaceError("\(complaint) is not clean: \(quoted(path))")
    }
    do { _ = try pattern(path) } catch { throw InterfaceError("\(complaint) cannot be used: \(error)") }
    guard !path.hasBytes("**") else {
      throw InterfaceError(#"\#(complaint) contains invalid glob pattern "**": \#(quoted(path))"#)
    }
  }

  /// A gadget's paths are patterns on purpose; what a pattern cannot hold is refused, and nothing is escaped.
  static func pattern(_ path: String) throws(InterfaceError) -> PathPattern {
    do { return try PathPattern(path) } catch { throw InterfaceError("\(quoted(path)): \(error)") }
  }

  /// A match that replaces the plain one by the device's name.
  private mutating func addTagging(_ rule: [String: AttributeValue], devices: [String]) throws(InterfaceError) {
    var kernel: String?
    var parts: [String] = []
    for (key, value) in rule.sorted(by: { $0.key < $1.key }) {
      do {
        switch key {
        case "kernel":
          let name = try Self.matchText(value)
          guard devices.contains(where: { $0.hasSameBytes(as: "/dev/" + name) }) else {
            throw InterfaceError("\(quoted(name)) does not match a specified device")
          }
          kernel = name
        case "subsystem": parts.append(#"SUBSYSTEM=="\#(try Self.matchText(value))""#)
        case "environment": parts += try Self.matches("ENV", value)
        case "attributes": parts += try Self.matches("ATTR", value)
        default: throw InterfaceError("unknown tag")
        }
      } catch {
        throw InterfaceError(#"custom-device "udev-tagging" invalid \#(quoted(key)) tag: \#(error)"#)
      }
    }
    guard let kernel else {
      throw InterfaceError(#"custom-device udev tagging rule missing mandatory "kernel" key"#)
    }
    let match = ([#"KERNEL=="\#(kernel)""#] + parts).joined(separator: ", ")
    _ = try udevRule(match)
    udevRules[kernel] = match
  }

  private static func matches(_ kind: String, _ value: AttributeValue) throws(InterfaceError) -> [String] {
    guard case .map(let map) = value else { throw InterfaceError("value \"\(value.goText)\" is not a map") }
    var matches: [String] = []
    for (key, value) in map.sorted(by: { $0.key < $1.key }) {
      guard isMatchText(key) else { throw InterfaceError("key \"\(key)\" contains invalid characters") }
      matches.append(#"\#(kind){\#(key)}=="\#(try matchText(value))""#)
    }
    return matches
  }

  private static func matchText(_ value: AttributeValue) throws(InterfaceError) -> String {
    guard case .string(let text) = value else { throw InterfaceError("value \"\(value.goText)\" is not a string") }
    guard isMatchText(text) else { throw InterfaceError("value \"\(text)\" contains invalid characters") }
    return text
  }

  /// Nothing that could end a text or a line of udev's rules.
  private static func isMatchText(_ text: String) -> Bool {
    !text.isEmpty && text.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7f && !#""{}\"#.utf8.contains($0) }
  }
}
