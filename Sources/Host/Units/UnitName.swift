internal import ByteText

/// Names of units: what a service manager calls a mount, a service, a socket or a timer of a snap.
///
/// Source: `spec/features.md` §7, systemd.unit(5) ("String Escaping for Inclusion in Unit Names").
public enum UnitName {
  /// A path in the form that unit names carry: `/snap/foo-bar/17` is `snap-foo\x2dbar-17`.
  ///
  /// Slashes become dashes (repeated, leading and trailing ones vanish); every byte other than ASCII letters,
  /// digits, `:`, `_` and `.` becomes `\x` and two hexadecimal digits; so does a leading dot. The root is `-`.
  public static func escape(path: String) -> String {
    var text = ""
    for component in path.utf8.split(separator: UInt8(ascii: "/")) {
      if !text.isEmpty { text.append("-") }
      let first = text.isEmpty
      for (index, byte) in component.enumerated() {
        if isPlain(byte) && !(first && index == 0 && byte == UInt8(ascii: ".")) {
          text.unicodeScalars.append(Unicode.Scalar(byte))
        } else {
          text += "\\x" + Hexadecimal.text([byte])
        }
      }
    }
    return text.isEmpty ? "-" : text
  }

  /// The mount unit of a mount point.
  /// - Parameter path: where the image is mounted, as seen from the root (no prefix).
  public static func mount(path: String) -> String { escape(path: path) + ".mount" }

  /// The unit of a service: `snap.<instance>.<app>.service`.
  public static func service(instance: String, app: String) -> String { "snap.\(instance).\(app).service" }

  /// The unit of a socket of a service: `snap.<instance>.<app>.<socket>.socket`.
  public static func socket(instance: String, app: String, socket: String) -> String {
    "snap.\(instance).\(app).\(socket).socket"
  }

  /// The unit of the timer of a service: `snap.<instance>.<app>.timer`.
  public static func timer(instance: String, app: String) -> String { "snap.\(instance).\(app).timer" }

  /// Whether a text can be a file name of a unit; what arrives from elsewhere must pass this before it becomes
  /// part of a path.
  public static func isValid(_ name: String) -> Bool {
    guard !name.isEmpty, name.utf8.count <= 255, let dot = name.utf8.lastIndex(of: UInt8(ascii: ".")) else {
      return false
    }
    guard dot != name.utf8.startIndex, name.utf8.first != UInt8(ascii: ".") else { return false }
    return name.utf8.allSatisfy {
      isPlain($0) || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "\\") || $0 == UInt8(ascii: "@")
    }
  }

  private static func isPlain(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: ":"), UInt8(ascii: "_"), UInt8(ascii: "."):
      true
    default: false
    }
  }
}
