/// Text in addresses and form fields (RFC 3986 §2.1).
public enum PercentCoding {
  /// One part of a path or a query: everything but letters, digits and `-._~` as `%XX`, as Go's `url.QueryEscape` does.
  ///
  /// - Parameter spaceIsPlus: whether a space is written as `+`, as in forms.
  public static func encode(_ text: some StringProtocol, spaceIsPlus: Bool = false) -> String {
    var encoded: [UInt8] = []
    encoded.reserveCapacity(text.utf8.count)
    for byte in text.utf8 {
      switch byte {
      case _ where byte.isASCIIAlphanumeric, UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "~"):
        encoded.append(byte)
      case UInt8(ascii: " ") where spaceIsPlus: encoded.append(UInt8(ascii: "+"))
      default:
        let ten = UInt8(ascii: "A")
        encoded += [
          UInt8(ascii: "%"), Hexadecimal.digit(byte >> 4, ten: ten), Hexadecimal.digit(byte & 15, ten: ten),
        ]
      }
    }
    return String(decoding: encoded, as: UTF8.self)
  }

  /// Decodes `%XX`, and `+` as a space when asked. Nil when an escape is broken, a NUL comes out, or the bytes are not
  /// UTF-8: such text can't name anything here, and repairing it would name something else.
  public static func decode(_ text: Substring.UTF8View, plusIsSpace: Bool = false) -> String? {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(text.count)
    var iterator = text.makeIterator()
    while let byte = iterator.next() {
      switch byte {
      case UInt8(ascii: "%"):
        guard let high = iterator.next().flatMap({ Hexadecimal.value(of: $0) }),
          let low = iterator.next().flatMap({ Hexadecimal.value(of: $0) })
        else { return nil }
        bytes.append(high << 4 | low)
      case UInt8(ascii: "+") where plusIsSpace: bytes.append(UInt8(ascii: " "))
      default: bytes.append(byte)
      }
    }
    guard !bytes.contains(0) else { return nil }
    return String(validating: bytes, as: UTF8.self)
  }
}
