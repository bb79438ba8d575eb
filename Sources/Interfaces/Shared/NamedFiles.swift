internal import ByteText
internal import Permissions
internal import Snap

/// Paths that a plug names in `read` and `write`: of the system, or of the user's home.
enum NamedFiles: String {
  case system = "system-files"
  case personal = "personal-files"

  func check(_ plug: ConnectionSide) throws(InterfaceError) {
    var some = false
    for attribute in ["read", "write"] where plug[attribute] != nil {
      guard case .list(let paths)? = plug[attribute] else {
        throw InterfaceError("cannot add \(rawValue) plug: \(quoted(attribute)) must be a list of strings")
      }
      for item in paths {
        do {
          guard case .string(let path) = item else {
            throw InterfaceError("\(quoted(attribute)) must be a list of strings")
          }
          try check(path)
        } catch {
          throw InterfaceError("cannot add \(rawValue) plug: \(error)")
        }
      }
      some = true
    }
    guard some else {
      throw InterfaceError(#"cannot add \#(rawValue) plug without valid "read" or "write" attribute"#)
    }
  }

  /// The path itself, and all beneath it. What leads to a place of the home that may be written is made when it is
  /// missing, so that the place can be (the reference's `ensure-dir`, `spec/confinement.md` §4).
  func grant(_ plug: ConnectionSide, to grants: inout PermissionSet) throws(InterfaceError) {
    try check(plug)
    for (attribute, access) in [("read", "rk"), ("write", "rwkl")] as [(String, FileAccess)] {
      for path in plug.read.strings(attribute) ?? [] {
        let text = try patternText(self == .personal ? path.bytes(after: "$HOME").map(String.init) ?? path : path)
        switch self {
        case .system: grants.files(access, "\(text){,/,/**}")
        case .personal:
          grants.files(access, owner: true, "$HOME\(text){,/,/**}")
          guard attribute == "write", let slash = path.lastIndex(of: "/") else { continue }
          let parent = path[..<slash].dropFirst("$HOME/".count)
          if !parent.isEmpty, !grants.homeDirectories.contains(String(parent)) {
            grants.homeDirectories.append(String(parent))
          }
        }
      }
    }
  }

  private func check(_ path: String) throws(InterfaceError) {
    guard !path.hasByteSuffix("/") else { throw InterfaceError(#"\#(quoted(path)) cannot end with "/""#) }
    let cleaned = PathCheck.clean(path)
    guard cleaned.hasSameBytes(as: path) else {
      throw InterfaceError("cannot use \(quoted(path)): try \(quoted(cleaned))")
    }
    guard !path.hasByte("~") else { throw InterfaceError(#"\#(quoted(path)) cannot contain "~""#) }
    try PathCheck.refuseReserved(path)
    switch self {
    case .system:
      guard path.hasBytePrefix("/") else { throw InterfaceError(#"\#(quoted(path)) must start with "/""#) }
      guard !path.hasBytes("$HOME") else { throw InterfaceError("$HOME cannot be used in \(quoted(path))") }
    case .personal:
      guard path.hasBytePrefix("$HOME/") else { throw InterfaceError(#"\#(quoted(path)) must start with "$HOME/""#) }
      guard !path.dropFirst().hasBytes("$HOME") else {
        throw InterfaceError("$HOME must only be used at the start of the path of \(quoted(path))")
      }
    }
  }
}
