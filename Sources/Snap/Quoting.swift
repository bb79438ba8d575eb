internal import ByteText

extension InvalidText {
  /// Text from outside in quotes, as Go's `%q` has it.
  public static func quote(_ text: String) -> String { QuotedText.quote(text) }

  /// The same with ASCII alone, as Go's `strconv.QuoteToASCII`: for texts whose point is that they are not ASCII.
  static func quoteASCII(_ text: String) -> String { QuotedText.quote(text, keepsUnicode: false) }

  /// The name in a message of the reference, `(got: %s)` and such: without quotes, but as harmless.
  static func plain(_ text: String) -> String { String(quote(text).dropFirst().dropLast()) }

  /// The same error in its place: `place: error`.
  func inPlace(_ place: String) -> InvalidText { InvalidText("\(place): \(description)") }
}
