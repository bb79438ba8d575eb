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

/// Characters of names, by ASCII byte.
enum Characters {
  static func isLower(_ byte: UInt8) -> Bool { (0x61...0x7A).contains(byte) }
  static func isUpper(_ byte: UInt8) -> Bool { (0x41...0x5A).contains(byte) }
  static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
  static func isAlphanumeric(_ byte: UInt8) -> Bool { isLower(byte) || isUpper(byte) || isDigit(byte) }

  /// `[first](-?[rest])*`: words of characters joined by single dashes.
  static func areDashedWords(
    _ text: String, first: (UInt8) -> Bool, rest: (UInt8) -> Bool
  ) -> Bool {
    var previous: UInt8 = 0
    for (index, byte) in text.utf8.enumerated() {
      if index == 0 {
        guard first(byte) else { return false }
      } else if byte == UInt8(ascii: "-") {
        guard previous != UInt8(ascii: "-") else { return false }
      } else {
        guard rest(byte) else { return false }
      }
      previous = byte
    }
    return previous != 0 && previous != UInt8(ascii: "-")
  }
}
