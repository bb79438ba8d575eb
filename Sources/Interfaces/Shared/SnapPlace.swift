internal import ByteText
internal import Permissions
internal import Snap

/// A place in one of a snap's own directories, as attributes name it: `$SNAP/lib`, `$SNAP_DATA/run`, `lib`.
struct SnapPlace {
  /// Where it is on the host, which tells instances apart.
  let host: String
  /// Where the snap itself sees it.
  let inside: String

  /// A path that begins with none of the three variables is one below `$SNAP`.
  init(_ path: String, of side: ConnectionSide) {
    let snap = side.snap
    let instance = snap.instance.rawValue
    let name = snap.instance.name.rawValue
    let revision = snap.revision.description
    let trees = [
      ("$SNAP_COMMON", "/var/snap/", "/common"), ("$SNAP_DATA", "/var/snap/", "/\(revision)"),
      ("$SNAP", "/snap/", "/\(revision)"),
    ]
    for (variable, tree, end) in trees {
      guard let rest = PathBytes.rest(of: path, in: variable) else { continue }
      host = tree + instance + end + rest
      inside = tree + name + end + rest
      return
    }
    let rest = path.hasBytePrefix("/") ? path : "/" + path
    host = "/snap/\(instance)/\(revision)" + rest
    inside = "/snap/\(name)/\(revision)" + rest
  }

  /// - Throws: when a `$` begins anything but the three variables.
  static func checkVariables(_ path: String) throws(InterfaceError) {
    for part in path.byteSplit("$", keepingEmpty: true).dropFirst() {
      let name = String(part.unicodeScalars.prefix { $0.isASCII && ($0.properties.isAlphabetic || $0 == "_") })
      guard ["SNAP", "SNAP_DATA", "SNAP_COMMON"].contains(name) else {
        throw InterfaceError("reference to unknown variable \(quoted("$" + name))")
      }
    }
  }

  /// Whether the path is clean and stays below where it begins.
  static func isCleanBelow(_ path: String) -> Bool {
    PathBytes.isClean(path) && PathBytes.staysInside(path)
  }

  /// Everything below a place, as a pattern.
  static func everything(below path: String) throws(InterfaceError) -> PathPattern {
    try pathPattern("\(patternText(path))/**")
  }
}

/// A path with checked texts in it, whose cleanness nobody has checked.
func pathPattern(_ pattern: PolicyPattern) throws(InterfaceError) -> PathPattern {
  do { return try PathPattern(pattern) } catch {
    throw InterfaceError("cannot use \(quoted(pattern.rawValue)): \(error)")
  }
}
