/// Paths as the kernel reads them: names between slashes, byte by byte (path_resolution(7)).
public enum PathBytes {
  /// The names on the way, `.` and `..` among them; doubled slashes and those at the ends make none.
  public static func components(_ path: some StringProtocol) -> [String] {
    String(path).byteSplit("/").map(String.init)
  }

  /// What Go's `filepath.Clean` makes of a path: the shortest that means the same. Nothing is `.`.
  public static func clean(_ path: String) -> String {
    let isAbsolute = path.hasBytePrefix("/")
    var names: [String] = []
    for name in components(path) where name != "." {
      if name != ".." {
        names.append(name)
      } else if let last = names.last, last != ".." {
        names.removeLast()
      } else if !isAbsolute {
        names.append(name)
      }
    }
    let joined = names.joined(separator: "/")
    return isAbsolute ? "/" + joined : (joined.isEmpty ? "." : joined)
  }

  /// Whether `clean` changes nothing.
  public static func isClean(_ path: String) -> Bool { clean(path).hasSameBytes(as: path) }

  /// Whether a path relative to some place stays in it.
  public static func staysInside(_ path: String) -> Bool {
    clean("./" + path).byteSplit("/").first != ".."
  }

  /// Whether a clean path is a directory or lies in it.
  public static func lies(_ path: String, in directory: String) -> Bool {
    path.hasSameBytes(as: directory) || path.hasBytePrefix(directory + "/")
  }

  /// What follows a directory, with its slash: empty for the directory itself, nil when the path lies elsewhere.
  public static func rest(of path: String, in directory: String) -> String? {
    lies(path, in: directory) ? path.bytes(after: directory).map(String.init) : nil
  }
}
