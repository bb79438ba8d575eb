internal import ByteText

/// Rules of paths that come out of metadata.
enum PathText {
  /// Absolute, without empty, `.` and `..` elements, and without a slash at the end.
  static func isCleanAbsolute(_ path: String) -> Bool { path.hasBytePrefix("/") && PathBytes.isClean(path) }

  /// - Throws: for characters that mean something in a policy (CVE-2021-4120): those of AppArmor, in the reference's
  ///   words, and those that no sane path has.
  static func requireHarmless(_ path: String) throws(InvalidText) {
    guard !path.utf8.contains(where: { reserved.utf8.contains($0) || $0 == 0 }) else {
      throw InvalidText("\(InvalidText.quote(path)) contains a reserved apparmor char from \(reserved)")
    }
    guard !path.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F || "'\\,@ ".utf8.contains($0) }) else {
      throw InvalidText("\(InvalidText.quote(path)) contains a character that paths of layouts cannot have")
    }
  }

  private static let reserved = "?*[]{}^\""

  /// - Throws: for any `$VARIABLE` but those that layouts may have.
  static func requireKnownVariables(_ path: String) throws(InvalidText) {
    for part in path.byteSplit("$", keepingEmpty: true).dropFirst() {
      let name = variable(in: part)
      guard ["SNAP", "SNAP_DATA", "SNAP_COMMON"].contains(name) else {
        throw InvalidText("reference to unknown variable \"$\(name)\"")
      }
    }
  }

  /// The name of the variable that a text after a `$` begins with; empty when it is none.
  static func variable(in text: Substring) -> Substring {
    Substring(text.utf8.prefix { $0.isASCIILower || $0.isASCIIUpper || $0 == UInt8(ascii: "_") })
  }
}
