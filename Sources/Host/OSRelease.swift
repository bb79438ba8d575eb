internal import ByteText
internal import Linux

/// Which distribution this is. Source: `os-release(5)`.
public struct OSRelease: Equatable, Sendable {
  /// `ID`; `linux` when nobody says.
  public var id = "linux"
  /// `VERSION_ID`, or nothing.
  public var versionID = ""
  /// `VARIANT_ID`, or nothing.
  public var variantID = ""

  /// What the machine says: the file of the administrator, or the distribution's.
  public static func read(below root: String = "") -> OSRelease {
    for path in ["/etc/os-release", "/usr/lib/os-release"] {
      if let bytes = try? Files.read(root + path, limit: 64 << 10) { return OSRelease(bytes) }
    }
    return OSRelease(ArraySlice())
  }

  /// - Parameter bytes: the file: assignments as a shell reads them. The last one of a name counts.
  public init(_ bytes: some Sequence<UInt8>) {
    for line in String(decoding: Array(bytes), as: UTF8.self).byteSplit("\n") {
      guard let sign = line.byteIndex(of: "=") else { continue }
      let value = Self.unquoted(line[line.utf8.index(after: sign)...])
      guard !value.isEmpty else { continue }
      // The name of a comment begins with its `#`.
      switch String(line[..<sign]) {
      case "ID": id = value
      case "VERSION_ID": versionID = value
      case "VARIANT_ID": variantID = value
      default: break
      }
    }
  }

  /// A value without the quotes around it, and without the backslashes that keep characters as they are.
  private static func unquoted(_ value: Substring) -> String {
    var bytes = Array(value.utf8)
    if let quote = bytes.first, bytes.count >= 2, bytes.last == quote,
      [UInt8(ascii: "\""), UInt8(ascii: "'")].contains(quote)
    {
      bytes = Array(bytes[1..<(bytes.count - 1)])
      if quote == UInt8(ascii: "'") { return String(decoding: bytes, as: UTF8.self) }
    }
    var plain: [UInt8] = []
    var isEscaped = false
    for byte in bytes {
      if byte == UInt8(ascii: "\\"), !isEscaped {
        isEscaped = true
      } else {
        plain.append(byte)
        isEscaped = false
      }
    }
    return String(decoding: plain, as: UTF8.self)
  }
}
