internal import ByteText

/// The name of a configuration option: words with dots between them, each of which goes one map deeper (`a.b.c`).
/// Source: `spec/features.md` §8, "Config keys".
public struct OptionKey: Hashable, Sendable, CustomStringConvertible {
  /// The words, at least one.
  public let parts: [String]

  /// - Throws: ``ConfigurationError/invalidName(_:)`` with the word that is wrong.
  public init(_ text: String) throws(ConfigurationError) {
    let words = text.byteSplit(".", keepingEmpty: true).map { String($0) }
    for word in words where !Self.isWord(word) { throw .invalidName(word) }
    // Of an empty text there is no word at all.
    guard !words.isEmpty else { throw .invalidName(text) }
    parts = words
  }

  public var description: String { parts.joined(separator: ".") }

  /// The start of the name, with so many words.
  func prefix(_ count: Int) -> String { parts.prefix(count).joined(separator: ".") }

  /// `([a-z0-9]+-?)*[a-z](-?[a-z0-9])*`: words of `a-z` and `0-9` with single dashes between, and one letter.
  private static func isWord(_ word: String) -> Bool {
    var hasLetter = false
    var previous = UInt8(ascii: "-")
    for byte in word.utf8 {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"): hasLetter = true
      case UInt8(ascii: "0")...UInt8(ascii: "9"): break
      case UInt8(ascii: "-"): if previous == byte { return false }
      default: return false
      }
      previous = byte
    }
    return hasLetter && previous != UInt8(ascii: "-")
  }
}
