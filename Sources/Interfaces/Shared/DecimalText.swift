/// Numbers inside names: `gpio17`, `i2c-1`.
enum DecimalText {
  /// Whether the text is one or more of `0-9`, at most as many as said.
  static func isOne(_ text: Substring, digits: Int = 10) -> Bool {
    (1...digits).contains(text.utf8.count) && text.utf8.allSatisfy { $0 >= 0x30 && $0 <= 0x39 }
  }
}
