internal import ByteText

/// Why an assertion is none, or cannot be made: the reference's sentence where it has one.
public struct AssertionError: Error, Hashable, Sendable, CustomStringConvertible {
  public let description: String
  public init(_ description: String) { self.description = description }
}

/// Go's `%q`.
func quoted(_ text: some StringProtocol) -> String { QuotedText.quote(String(text)) }
