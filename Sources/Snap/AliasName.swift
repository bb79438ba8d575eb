internal import ByteText

/// Another name for a command: letters, digits, `-`, `_` and `.`, beginning with a letter or digit.
/// Source: `spec/features.md` §4.
public struct AliasName: ValidatedText {
  public let rawValue: String

  public init(_ text: String) throws(InvalidText) {
    let bytes = text.utf8
    // No file has a longer name.
    guard let first = bytes.first, first.isASCIIAlphanumeric, bytes.count <= 255,
      bytes.allSatisfy({ $0.isASCIIAlphanumeric || "-_.".utf8.contains($0) })
    else { throw InvalidText("invalid alias name: \(InvalidText.quote(text))") }
    rawValue = text
  }

  /// What stands before the first dot: an alias `foo.bar` looks like a command of the snap `foo`.
  public var namespace: String { String(rawValue.prefix { $0 != "." }) }
}
