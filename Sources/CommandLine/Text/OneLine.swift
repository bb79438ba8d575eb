/// What a store says, kept from moving the cursor.
enum OneLine {
  /// Control characters as spaces.
  static func text(_ text: String) -> String { replacing(text) { isControl($0) } }

  /// The same, but lines stay lines.
  static func lines(_ text: String) -> String { replacing(text) { isControl($0) && $0 != "\n" } }

  private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
    scalar.value < 32 || (127..<160).contains(scalar.value)
  }

  private static func replacing(_ text: String, _ isUnwanted: (Unicode.Scalar) -> Bool) -> String {
    guard text.unicodeScalars.contains(where: isUnwanted) else { return text }
    return String(String.UnicodeScalarView(text.unicodeScalars.map { isUnwanted($0) ? " " : $0 }))
  }
}
