internal import ByteText
internal import Permissions
internal import Snap

/// The interfaces by which a snap with drivers gives their libraries to the machine.
///
/// The system has the plug. A slot names directories of its snap: `library-source`, and for drivers that loaders find
/// by description files (ICD) also `icd-source`; `compatibility` says which machines they are for.
struct DriverLibraries: Sendable {
  /// Where the machine's loader looks for description files, and whether it sorts them by a number in their names.
  struct Descriptions: Sendable {
    var attribute = "icd-source"
    var directory: String
    var sorted = false
  }

  var descriptions: [Descriptions] = []
  /// Whether slots say for which version they are, in `api-version`: `1.2.3`.
  var needsVersion = false

  /// An interface of the family.
  func interface(_ name: String, _ summary: String, implicitPlug: Interface.Presence = .always) -> Interface {
    Interface(
      name, summary, implicitPlug: implicitPlug,
      plugRules: SideRules(
        allowInstallation: .when(Constraints(plugSnapTypes: [.core])),
        allowConnection: .when(Constraints(anyNumberOfSlots: true)), denyAutoConnection: .always),
      slotRules: SideRules(allowInstallation: .never, denyAutoConnection: .always)
    )
    .with {
      $0.checkSlot = { slot throws(InterfaceError) in try check(slot) }
      $0.connectedPlug = { grants, connection throws(InterfaceError) in
        try export(connection.slot, to: &grants)
      }
    }
  }

  func check(_ slot: ConnectionSide) throws(InterfaceError) {
    guard slot["library-source"] != nil else {
      throw InterfaceError(
        "snap \(quoted(slot.snap.instance.rawValue)) does not have attribute \"library-source\" "
          + "for interface \(quoted(slot.interface))")
    }
    _ = try directories("library-source", of: slot)
    for description in descriptions where slot[description.attribute] != nil {
      _ = try directories(description.attribute, of: slot)
    }
    if descriptions.contains(where: \.sorted) { _ = try priority(slot) }
    if needsVersion { try checkVersion(slot) }
    if let value = slot["compatibility"] {
      guard case .string(let text) = value, isCompatibility(text) else {
        throw InterfaceError("invalid compatibility attribute: \(quoted(value.goText))")
      }
    }
  }

  func export(_ slot: ConnectionSide, to grants: inout PermissionSet) throws(InterfaceError) {
    try check(slot)
    let owner = "\(slot.snap.instance)_\(slot.name)"
    let libraries = try directories("library-source", of: slot)
    grants.exports.append(.libraries(of: owner, directories: libraries))
    grants.exports.append(
      .libraryList(file: "system_\(owner)_\(slot.interface).library-source", directories: libraries))
    for description in descriptions where slot[description.attribute] != nil {
      let prefix = description.sorted ? "\(try priority(slot))_snap_\(owner)_" : "snap_\(owner)_"
      for directory in try directories(description.attribute, of: slot) {
        grants.exports.append(.links(from: directory, into: description.directory, prefix: prefix))
      }
    }
  }

  /// The directories as the host has them.
  private func directories(_ key: String, of slot: ConnectionSide) throws(InterfaceError) -> [String] {
    guard let texts = slot.read.strings(key), !texts.isEmpty else {
      throw InterfaceError("\(quoted(key)) attribute must be a list of strings")
    }
    var found: [String] = []
    for text in texts {
      guard let variable = ["$SNAP", "${SNAP}"].first(where: { text.hasBytePrefix($0 + "/") }) else {
        throw InterfaceError("\(key): source directory \(quoted(text)) must start with $SNAP/ or ${SNAP}/")
      }
      let rest = text.bytes(after: variable).map(String.init) ?? text
      let cleaned = PathCheck.clean(rest)
      guard cleaned.hasSameBytes(as: rest) else {
        throw InterfaceError("cannot use \(quoted(text)): try \(quoted(variable + cleaned))")
      }
      // Also a line of ld.so.conf(5), where these would mean more.
      guard !rest.unicodeScalars.contains(where: { " ,:=#;$".unicodeScalars.contains($0) }) else {
        throw InterfaceError("\(key): source directory \(quoted(text)) has a character with a meaning for ld.so")
      }
      try PathCheck.refuseReserved(rest)
      found.append("/snap/\(slot.snap.instance)/\(slot.snap.revision)\(rest)")
    }
    return found
  }

  /// The smaller, the earlier.
  private func priority(_ slot: ConnectionSide) throws(InterfaceError) -> Int {
    guard let priority = slot.read.integer("priority"), (1...999).contains(priority) else {
      throw InterfaceError("priority must be a positive integer")
    }
    return priority
  }

  private func checkVersion(_ slot: ConnectionSide) throws(InterfaceError) {
    guard slot["api-version"] != nil else { return }
    let parts = (slot.read.string("api-version") ?? "").split(separator: ".", omittingEmptySubsequences: false)
    let areNumbers = parts.allSatisfy { part in
      !part.isEmpty && part.utf8.count <= 9 && part.utf8.allSatisfy { $0 >= 0x30 && $0 <= 0x39 }
    }
    guard (2...3).contains(parts.count), areNumbers else {
      throw InterfaceError("invalid api-version: \(quoted(slot["api-version"]?.goText ?? ""))")
    }
  }

  /// Words and numbers joined by dashes, ranges in parentheses, labels joined by `AND` and `OR`.
  private func isCompatibility(_ text: String) -> Bool {
    (1...1024).contains(text.utf8.count)
      && text.unicodeScalars.allSatisfy {
        $0.isASCII
          && ($0.properties.isAlphabetic || (0x30...0x39).contains($0.value) || "-.() ".unicodeScalars.contains($0))
      }
  }
}
