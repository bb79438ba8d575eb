/// Well-known names on a message bus (D-Bus Specification, "Valid Names").
enum BusNames {
  /// Two or more elements of letters, digits, `_` and `-`, none beginning with a digit; at most 255 bytes.
  static func isName(_ text: String) -> Bool {
    let elements = text.split(separator: ".", omittingEmptySubsequences: false)
    guard elements.count >= 2, text.utf8.count <= 255 else { return false }
    return elements.allSatisfy { element in
      guard let first = element.utf8.first, !isDigit(first) else { return false }
      return element.utf8.allSatisfy {
        isDigit($0) || isLetter($0) || $0 == UInt8(ascii: "_") || $0 == UInt8(ascii: "-")
      }
    }
  }

  private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

  private static func isLetter(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
  }
}
