/// What somebody types to find snaps, as words.
package struct SearchText: Equatable, Sendable {
  /// Why a text cannot be searched for.
  package enum Invalid: Error, Equatable, CustomStringConvertible {
    case badCharacter(UInt8)
    case tooLong

    package var description: String {
      switch self {
      case .badCharacter(let byte): "cannot search: \"\(Unicode.Scalar(byte))\" cannot be in a query"
      case .tooLong: "cannot search: the query is longer than \(SearchText.limit) bytes"
      }
    }
  }

  /// Bytes of a query.
  static let limit = 256
  /// Words of a query that count.
  static let wordLimit = 12

  /// What was typed, in lower case and without spaces around it: what a name is compared with.
  package let text: String
  package let words: [String]

  /// Source of the characters that are refused: `spec/assertions-and-store.md` §6, `find`.
  package init(_ text: String) throws(Invalid) {
    guard text.utf8.count <= Self.limit else { throw .tooLong }
    let bad = Set("+=&|><!(){}[]^\"~*?:\\/".utf8)
    if let byte = text.utf8.first(where: { bad.contains($0) || $0 < 0x20 }) { throw .badCharacter(byte) }
    let folded = text.lowercased()
    let words = folded.unicodeScalars.split { !$0.properties.isAlphabetic && $0.properties.numericType == nil }
    self.text = String(
      String.UnicodeScalarView(folded.unicodeScalars.split(separator: " ").joined(separator: " ".unicodeScalars)))
    self.words = words.prefix(Self.wordLimit).map { String($0) }
  }
}
