internal import ByteText
internal import Permissions
internal import Snap

/// One entry of `mount-control`'s list.
struct DescribedMount {
  /// A pattern; nil where the source is left to the network file system.
  let source: GlobText?
  let place: MountPlace
  let types: [String]
  let options: [String]
  let persistent: Bool

  static func all(of plug: ConnectionSide) throws(InterfaceError) -> [DescribedMount] {
    guard let entries = plug.read.maps("mount"), !entries.isEmpty else {
      throw InterfaceError(#"mount-control "mount" attribute must be a list of dictionaries"#)
    }
    var mounts: [DescribedMount] = []
    for entry in entries { mounts.append(try DescribedMount(entry)) }
    return mounts
  }

  init(_ entry: [String: AttributeValue]) throws(InterfaceError) {
    let types = try Self.list("type", entry)
    let isNetwork = types.contains { MountTables.networkTypes.contains($0) }
    guard case .string(let place)? = entry["where"] else {
      throw InterfaceError(#"mount-control "where" must be a string"#)
    }
    let options = try Self.list("options", entry)
    persistent = try Self.flag("persistent", entry)
    switch entry["what"] {
    case .string(let what)?: source = try Self.source(what, types: types)
    case nil where isNetwork: source = nil
    default: throw InterfaceError(#"mount-control "what" must be a string"#)
    }
    self.place = try MountPlace(place, interface: "mount-control")
    try Self.check(types: types)
    try Self.check(options: options, types: types)
    if persistent && place.hasBytePrefix("$SNAP_DATA") {
      throw InterfaceError(#"mount-control "persistent" attribute cannot be used to mount onto $SNAP_DATA"#)
    }
    self.types = types
    self.options = options
  }

  func grant(to grants: inout PermissionSet, of plug: ConnectionSide) throws(InterfaceError) {
    let target = place.pattern(in: plug)
    let changesTree = options.contains { MountTables.withoutType.contains($0) }
    let shown = types.isEmpty ? MountTables.defaultTypes : types
    // Names of the table above, and nothing else.
    let type = changesTree ? nil : try Self.pattern(shown.count == 1 ? shown[0] : "{\(shown.joined(separator: ","))}")
    // What only mount(8) knows does not get to the kernel.
    let flags = options.filter { MountTables.kernelOptions.contains($0) }
    // Those of a network's file systems are made by their helpers and name nothing of this machine.
    let isNetwork = !types.isEmpty && types.allSatisfy { MountTables.networkTypes.contains($0) }
    let rest = options.filter {
      !MountTables.kernelOptions.contains($0) && !MountTables.programOptions.contains($0)
    }
    grants.mount(
      types: type, options: flags, from: source?.pattern, to: "\(target){,/}", brokered: isNetwork ? .any : .only(rest))
    grants.unmount("\(target){,/}", brokered: true)
  }

  private static func pattern(_ text: String) throws(InterfaceError) -> PolicyPattern {
    do { return try PolicyPattern(text) } catch { throw InterfaceError("cannot use \(quoted(text)): \(error)") }
  }

  private static func source(_ what: String, types: [String]) throws(InterfaceError) -> GlobText {
    let only = types.count == 1 ? types[0] : ""
    let isNetwork = MountTables.networkTypes.contains(only)
    // A function's name, or host:/path.
    let isFree = only == "functionfs" || isNetwork
    guard !what.isEmpty, isFree || what == "none" || what.hasBytePrefix("/"),
      !what.unicodeScalars.contains(where: { "\"@".unicodeScalars.contains($0) || $0.value < 0x20 || $0.value == 0x7f })
    else {
      throw InterfaceError(
        #"mount-control "what" attribute is invalid: must start with / and not contain special characters"#)
    }
    guard isFree || PathCheck.isClean(what) else {
      throw InterfaceError(#"mount-control "what" pattern is not clean: \#(quoted(what))"#)
    }
    let pattern: GlobText
    do { pattern = try GlobText(what) } catch {
      throw InterfaceError(#"mount-control "what" setting cannot be used: \#(error)"#)
    }
    if what == "none" {
      guard only == "tmpfs" || only == "functionfs" else {
        throw InterfaceError(#"mount-control "what" attribute can be "none" only with "tmpfs""#)
      }
    } else if only == "tmpfs" {
      throw InterfaceError(
        #"mount-control "what" attribute must be "none" with "tmpfs"; found \#(quoted(what)) instead"#)
    }
    return pattern
  }

  private static func check(types: [String]) throws(InterfaceError) {
    for type in types {
      guard !type.isEmpty, type.utf8.allSatisfy({ ($0 >= 0x61 && $0 <= 0x7a) || ($0 >= 0x30 && $0 <= 0x39) }) else {
        throw InterfaceError("mount-control filesystem type invalid: \(quoted(type))")
      }
      guard MountTables.types.contains(type) else {
        throw InterfaceError("mount-control forbidden filesystem type: \(quoted(type))")
      }
    }
    if types.count > 1 && types.contains("tmpfs") {
      throw InterfaceError(#"mount-control filesystem type "tmpfs" cannot be listed with other types"#)
    }
  }

  private static func check(options: [String], types: [String]) throws(InterfaceError) {
    guard !options.isEmpty else { throw InterfaceError(#"mount-control "options" cannot be empty"#) }
    for option in options {
      if !types.isEmpty && MountTables.withoutType.contains(option) {
        throw InterfaceError(
          "mount-control option \(quoted(option)) is incompatible with specifying filesystem type")
      }
      if MountTables.kernelOptions.contains(option) || MountTables.programOptions.contains(option) { continue }
      // Of one type, with or without a value.
      let parts = option.byteSplit("=", maxSplits: 1, keepingEmpty: true)
      let admitted = MountTables.typeOptions
      let isKnown = !types.isEmpty && types.allSatisfy { admitted[$0]?.contains(String(parts[0])) == true }
      let value = parts.count > 1 ? parts[1] : ""
      guard isKnown, value.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f && !#"",\"#.utf8.contains($0) }) else {
        throw InterfaceError("mount-control option unrecognized or forbidden: \(quoted(option))")
      }
    }
  }

  private static func list(_ key: String, _ entry: [String: AttributeValue]) throws(InterfaceError) -> [String] {
    guard let value = entry[key] else { return [] }
    guard case .list(let items) = value else {
      throw InterfaceError(#"mount-control \#(quoted(key)) must be an array of strings (got \#(quoted(value.goText)))"#)
    }
    var texts: [String] = []
    for (index, item) in items.enumerated() {
      guard case .string(let text) = item else {
        throw InterfaceError(
          #"mount-control \#(quoted(key)) element \#(index + 1) not a string (\#(quoted(item.goText)))"#)
      }
      texts.append(text)
    }
    return texts
  }

  private static func flag(_ key: String, _ entry: [String: AttributeValue]) throws(InterfaceError) -> Bool {
    guard let value = entry[key] else { return false }
    guard case .bool(let flag) = value else {
      throw InterfaceError(#"mount-control \#(quoted(key)) must be a boolean"#)
    }
    return flag
  }
}
