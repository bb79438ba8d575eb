/// Text from outside as it is shown to people.
public enum QuotedText {
  /// In quotes, as Go's `%q` has it: what could disturb a terminal is escaped, and what is long is cut.
  /// - Parameters:
  ///   - keepsUnicode: whether printable characters beyond ASCII stay (`strconv.QuoteToASCII` escapes them).
  ///   - limit: after how many characters it is cut; `.max` for what a person typed themselves.
  public static func quote(_ text: String, keepsUnicode: Bool = true, limit: Int = 200) -> String {
    var quoted = "\""
    for (count, scalar) in text.unicodeScalars.enumerated() {
      guard count < limit else { return quoted + "…\"" }
      quoted += escape(scalar, keepsUnicode: keepsUnicode)
    }
    return quoted + "\""
  }

  private static func escape(_ scalar: Unicode.Scalar, keepsUnicode: Bool) -> String {
    switch scalar {
    case "\"", "\\": return "\\\(scalar)"
    case "\n": return "\\n"
    case "\t": return "\\t"
    case "\r": return "\\r"
    case "\u{7}": return "\\a"
    case "\u{8}": return "\\b"
    case "\u{B}": return "\\v"
    case "\u{C}": return "\\f"
    default: break
    }
    if scalar.value >= 0x20, scalar.value < 0x7F || keepsUnicode && isPrintable(scalar) { return String(scalar) }
    let hex = String(scalar.value, radix: 16)
    func padded(_ width: Int) -> String { String(repeating: "0", count: max(0, width - hex.utf8.count)) + hex }
    if scalar.value < 0x80 { return "\\x" + padded(2) }
    return scalar.value <= 0xFFFF ? "\\u" + padded(4) : "\\U" + padded(8)
  }

  /// Letters, marks, numbers, punctuation and symbols; of the spaces only ASCII's own.
  private static func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .control, .format, .surrogate, .privateUse, .unassigned, .spaceSeparator, .lineSeparator,
      .paragraphSeparator:
      false
    default: true
    }
  }
}
