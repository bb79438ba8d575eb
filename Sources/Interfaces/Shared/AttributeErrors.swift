internal import Snap

/// The reference's words for attributes that are missing or of another type.
extension ConnectionSide {
  /// - Parameter type: Go's name of what is wanted, `*string`.
  func wrongType(of path: String, wanted type: String) -> InterfaceError {
    let found = self[path]?.goType ?? "<nil>"
    return InterfaceError(
      "snap \(quoted(snap.instance.rawValue)) has interface \(quoted(interface)) with invalid value type \(found) "
        + "for \(quoted(path)) attribute: \(type)")
  }

  func missing(_ path: String) -> InterfaceError {
    InterfaceError(
      "snap \(quoted(snap.instance.rawValue)) does not have attribute \(quoted(path)) "
        + "for interface \(quoted(interface))")
  }

  /// A text that has to be there.
  func required(_ path: String) throws(InterfaceError) -> String {
    guard self[path] != nil else { throw missing(path) }
    guard let text = read.string(path) else { throw wrongType(of: path, wanted: "*string") }
    return text
  }

  /// A list of texts; nil when it isn't there.
  func optionalStrings(_ path: String) throws(InterfaceError) -> [String]? {
    guard self[path] != nil else { return nil }
    guard let texts = read.strings(path) else { throw wrongType(of: path, wanted: "*[]string") }
    return texts
  }

  /// - Throws: when a plug's attribute is there and neither true nor false.
  func requireFlag(_ path: String) throws(InterfaceError) {
    guard self[path] == nil || read.flag(path) != nil else {
      throw InterfaceError("\(interface) plug requires bool with '\(path)'")
    }
  }

  /// Fills in a text that isn't there, or is empty.
  mutating func fill(_ path: String, with text: String) {
    if (read.string(path) ?? "").isEmpty { attributes[path] = .string(text) }
  }
}

extension AttributeValue {
  /// The type as Go's `%T` prints it.
  var goType: String {
    switch self {
    case .null: "<nil>"
    case .bool: "bool"
    case .integer: "int64"
    case .number: "float64"
    case .string: "string"
    case .list: "[]interface {}"
    case .map: "map[string]interface {}"
    }
  }
}
