internal import ByteText

/// Text that is parsed once, at the edge, and is right from then on.
public protocol ValidatedText: Hashable, Comparable, Sendable, Codable, CustomStringConvertible {
  /// The text itself.
  var rawValue: String { get }
  /// - Throws: ``InvalidText`` with the reference's words.
  init(_ text: String) throws(InvalidText)
}

/// Text that is not what it should be, in one sentence.
public struct InvalidText: Error, Equatable, Sendable, CustomStringConvertible {
  public let description: String

  public init(_ description: String) { self.description = description }
}

extension ValidatedText {
  public var description: String { rawValue }

  public static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }

  public init(from decoder: any Decoder) throws {
    try self.init(try decoder.singleValueContainer().decode(String.self))
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(rawValue)
  }
}
