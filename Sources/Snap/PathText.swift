/// Rules of paths that come out of metadata.
enum PathText {
  /// Without empty, `.` and `..` elements, and without a slash at the end.
  static func isClean(_ path: String) -> Bool { path.hasPrefix("/") && clean(path) == path }

  /// What Go's `filepath.Clean` makes of a path: the shortest that means the same.
  static func clean(_ path: String) -> String {
    let isAbsolute = path.hasPrefix("/")
    var parts: [Substring] = []
    for part in path.split(separator: "/") where part != "." {
      if part != ".." {
        parts.append(part)
      } else if let last = parts.last, last != ".." {
        parts.removeLast()
      } else if !isAbsolute {
        parts.append(part)
      }
    }
    let joined = parts.joined(separator: "/")
    return isAbsolute ? "/" + joined : (joined.isEmpty ? "." : joined)
  }

  /// Whether a path relative to some place stays inside.
  static func staysInside(_ path: String) -> Bool {
    let cleaned = clean(String(path.drop { $0 == "/" }))
    return cleaned != ".." && !cleaned.hasPrefix("../")
  }

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
    for part in path.split(separator: "$", omittingEmptySubsequences: false).dropFirst() {
      let name = part.prefix { $0.isASCII && ($0.isLetter || $0 == "_") }
      guard ["SNAP", "SNAP_DATA", "SNAP_COMMON"].contains(name) else {
        throw InvalidText("reference to unknown variable \"$\(name)\"")
      }
    }
  }

  /// Whether a path is a directory or lies in it.
  static func lies(_ path: String, in directory: String) -> Bool {
    path == directory || path.hasPrefix(directory + "/")
  }
}
