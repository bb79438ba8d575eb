/// Base64 (RFC 4648). Readers take the one spelling that writers make: right padding, and no bits left over.
public enum Base64 {
  private static let standard = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
  private static let url = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)

  /// The standard alphabet, padded.
  public static func encode(_ bytes: some Collection<UInt8>) -> [UInt8] { encode(bytes, standard, padded: true) }

  /// The alphabet of URLs, without padding: how assertions write digests.
  public static func encodeForURL(_ bytes: some Collection<UInt8>) -> String {
    String(decoding: encode(bytes, url, padded: false), as: UTF8.self)
  }

  /// Reads the standard alphabet, padded; nil when that is not what it is.
  ///
  /// - Parameter acceptsStrayBits: whether bits that are left over may be any.
  public static func decode(_ text: some Collection<UInt8>, acceptsStrayBits: Bool = false) -> [UInt8]? {
    guard text.count % 4 == 0 else { return nil }
    let padding = text.suffix(2).reversed().prefix { $0 == UInt8(ascii: "=") }.count
    return decode(text.dropLast(padding), standard, acceptsStrayBits: acceptsStrayBits)
  }

  /// Reads the alphabet of URLs, without padding; nil when that is not what it is.
  public static func decodeFromURL(_ text: some StringProtocol) -> [UInt8]? { decode(Array(text.utf8), url) }

  private static func encode(_ bytes: some Collection<UInt8>, _ alphabet: [UInt8], padded: Bool) -> [UInt8] {
    var text: [UInt8] = []
    text.reserveCapacity((bytes.count + 2) / 3 * 4)
    var word = 0
    var bits = 0
    for byte in bytes {
      word = word << 8 | Int(byte)
      bits += 8
      while bits >= 6 {
        bits -= 6
        text.append(alphabet[word >> bits & 63])
      }
      word &= 1 << bits - 1
    }
    if bits > 0 { text.append(alphabet[word << (6 - bits) & 63]) }
    while padded, text.count % 4 != 0 { text.append(UInt8(ascii: "=")) }
    return text
  }

  private static func decode(
    _ text: some Collection<UInt8>, _ alphabet: [UInt8], acceptsStrayBits: Bool = false
  ) -> [UInt8]? {
    guard text.count % 4 != 1 else { return nil }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(text.count * 3 / 4)
    var word = 0
    var bits = 0
    for character in text {
      guard let value = value(of: character, alphabet) else { return nil }
      word = word << 6 | value
      bits += 6
      if bits >= 8 {
        bits -= 8
        bytes.append(UInt8(word >> bits & 255))
        word &= 1 << bits - 1
      }
    }
    return word == 0 || acceptsStrayBits ? bytes : nil
  }

  private static func value(of character: UInt8, _ alphabet: [UInt8]) -> Int? {
    switch character {
    case UInt8(ascii: "A")...UInt8(ascii: "Z"): Int(character) - 65
    case UInt8(ascii: "a")...UInt8(ascii: "z"): Int(character) - 71
    case UInt8(ascii: "0")...UInt8(ascii: "9"): Int(character) + 4
    case alphabet[62]: 62
    case alphabet[63]: 63
    default: nil
    }
  }
}
