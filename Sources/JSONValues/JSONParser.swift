/// Text that is not JSON, or not the JSON that was expected, in one sentence.
public struct JSONError: Error, Equatable, Sendable, CustomStringConvertible {
  public let description: String

  public init(_ description: String) { self.description = description }
}

extension JSONValue {
  /// Reads one JSON document (RFC 8259), numbers exactly as they are written.
  ///
  /// What is not UTF-8 in a string, and half a surrogate pair, becomes U+FFFD, as in Go. Of members of one name the
  /// last counts.
  ///
  /// - Throws: when the text is anything else, or nested deeper than ``JSONReader/depthLimit``.
  public init(parsing text: some Sequence<UInt8>) throws(JSONError) {
    var reader = JSONReader(Array(text))
    self = try reader.value()
    try reader.end()
  }

  /// Reads a text.
  public init(parsing text: String) throws(JSONError) { try self.init(parsing: text.utf8) }
}
