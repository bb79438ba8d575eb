internal import ByteText
internal import Permissions
internal import Snap

/// What the reference asks of paths in attributes, each in one place.
enum PathCheck {
  /// Characters with a meaning for AppArmor, which paths from attributes do not have.
  static let reserved = "?*[]{}^\"\0"

  /// The path without `.`, `..`, doubled and trailing slashes: Go's `filepath.Clean`.
  static func clean(_ path: String) -> String { PathBytes.clean(path) }

  /// Whether the path is clean, but for one slash at its end.
  static func isClean(_ path: String) -> Bool {
    let cleaned = clean(path)
    return path.hasSameBytes(as: cleaned) || path.hasSameBytes(as: cleaned + "/")
  }

  /// - Throws: when a character would have a meaning for AppArmor.
  static func refuseReserved(_ text: String) throws(InterfaceError) {
    guard !text.unicodeScalars.contains(where: { reserved.unicodeScalars.contains($0) }) else {
      throw InterfaceError("\(quoted(text)) contains a reserved apparmor char from \(reserved)")
    }
    try refuseControl(text)
  }

  /// Control characters could end a line in some output; the reference has no words for them.
  static func refuseControl(_ text: String) throws(InterfaceError) {
    guard !text.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7f }) else {
      throw InterfaceError("\(quoted(text)) contains a control character")
    }
  }
}

/// A pattern from an attribute: `*`, `**`, `?` and `{a,b}` keep their meaning, nothing else has one.
///
/// A checked type: it refuses what it does not know, so that its text can stand in a pattern.
struct GlobText {
  let pattern: PolicyPattern

  init(_ text: String) throws(InterfaceError) {
    var depth = 0
    for scalar in text.unicodeScalars {
      switch scalar {
      case "{": depth += 1
      case "}":
        guard depth > 0 else { throw InterfaceError("invalid closing brace, no matching open { found") }
        depth -= 1
      case "[", "]", "\\", "^", "@", "\"":
        throw InterfaceError("\(quoted(text)) contains a reserved apparmor char from \(PathCheck.reserved)")
      default: break
      }
      guard depth <= 50 else { throw InterfaceError("maximum group depth exceeded") }
    }
    guard depth == 0 else { throw InterfaceError("missing \(depth) closing brace(s)") }
    try PathCheck.refuseControl(text)
    do { pattern = try PolicyPattern(text) } catch { throw InterfaceError("cannot use \(quoted(text)): \(error)") }
  }
}

/// A device node that a gadget's slot names in its `path`.
enum DevicePath {
  /// - Throws: when there is no path, or it is none of the interface's devices.
  static func check(
    _ slot: ConnectionSide, or complaint: String, _ isDevice: (String) -> Bool
  ) throws(InterfaceError) -> String {
    guard let path = slot.read.string("path"), !path.isEmpty else {
      throw InterfaceError("slot \(quoted(slot.reference)) must have a path attribute")
    }
    let cleaned = PathCheck.clean(path)
    guard isDevice(cleaned) else {
      throw InterfaceError("slot \(quoted(slot.reference)) path attribute \(complaint)")
    }
    return cleaned
  }

  /// Takes a prefix and a decimal number of at most so many digits away from a path.
  static func take(_ prefix: String, digits: Int, from rest: inout Substring) -> Bool {
    guard let after = rest.bytes(after: prefix) else { return false }
    let number = after.utf8.prefix { $0.isASCIIDigit }
    guard !number.isEmpty, number.count <= digits else { return false }
    rest = Substring(after.utf8.dropFirst(number.count))
    return true
  }
}
