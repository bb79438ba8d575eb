/// Bytes as two hexadecimal digits each (RFC 4648 §8).
public enum Hexadecimal {
  /// In lower case, as digests, keys and ids are written everywhere.
  public static func text(_ bytes: some Sequence<UInt8>) -> String {
    var text: [UInt8] = []
    text.reserveCapacity(2 * bytes.underestimatedCount)
    for byte in bytes {
      text.append(digit(byte >> 4, ten: UInt8(ascii: "a")))
      text.append(digit(byte & 15, ten: UInt8(ascii: "a")))
    }
    return String(decoding: text, as: UTF8.self)
  }

  /// Reads ``text(_:)``; nil for anything else.
  ///
  /// - Parameter acceptsUpperCase: whether `A` to `F` are digits, too.
  public static func bytes(_ text: some StringProtocol, acceptsUpperCase: Bool = false) -> [UInt8]? {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(text.utf8.count / 2)
    var high: UInt8?
    for byte in text.utf8 {
      guard let digit = value(of: byte, acceptsUpperCase: acceptsUpperCase) else { return nil }
      if let first = high {
        bytes.append(first << 4 | digit)
        high = nil
      } else {
        high = digit
      }
    }
    return high == nil ? bytes : nil
  }

  /// What a digit says; nil when it is none.
  static func value(of digit: UInt8, acceptsUpperCase: Bool = true) -> UInt8? {
    switch digit {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F") where acceptsUpperCase: digit - UInt8(ascii: "A") + 10
    default: nil
    }
  }

  /// The digit for a number below 16.
  ///
  /// - Parameter ten: the digit for ten, which says the case.
  static func digit(_ value: UInt8, ten: UInt8) -> UInt8 {
    value < 10 ? UInt8(ascii: "0") + value : ten + (value - 10)
  }
}
