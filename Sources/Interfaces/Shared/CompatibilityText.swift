/// What a `compatibility` attribute looks like: words and numbers joined by dashes, ranges in parentheses, and
/// labels joined by `AND` and `OR`: `foo-1-(2..4) OR bar-2`.
enum CompatibilityText {
  /// Whether the text is made of nothing else. What it says is decided where labels are compared.
  static func isLabel(_ text: String) -> Bool {
    guard !text.isEmpty, text.utf8.count <= 1024 else { return false }
    var depth = 0
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "("): depth += 1
      case UInt8(ascii: ")"): depth -= 1
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"),
        UInt8(ascii: "."), UInt8(ascii: " "), UInt8(ascii: "A"), UInt8(ascii: "N"), UInt8(ascii: "D"),
        UInt8(ascii: "O"), UInt8(ascii: "R"):
        break
      default: return false
      }
      guard depth >= 0 else { return false }
    }
    return depth == 0
  }
}
