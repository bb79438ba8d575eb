internal import Crypto

/// What a blob is called by: the SHA3-384 of its bytes.
package struct BlobDigest: Hashable, Sendable, CustomStringConvertible {
  /// 48 of them.
  package let bytes: [UInt8]

  package init?(_ bytes: [UInt8]) {
    guard bytes.count == 48 else { return nil }
    self.bytes = bytes
  }

  /// Lower-case hexadecimal, as in answers to devices.
  package init?(hex: some StringProtocol) {
    var bytes: [UInt8] = []
    var high: UInt8?
    for character in hex.utf8 {
      let digit: UInt8
      switch character {
      case 0x30...0x39: digit = character - 0x30
      case 0x61...0x66: digit = character - 0x61 + 10
      default: return nil
      }
      if let first = high {
        bytes.append(first << 4 | digit)
        high = nil
      } else {
        high = digit
      }
    }
    guard high == nil else { return nil }
    self.init(bytes)
  }

  /// As in assertions.
  package init?(assertionText: some StringProtocol) {
    guard let bytes = Base64.decodeFromURL(assertionText) else { return nil }
    self.init(bytes)
  }

  /// Lower-case hexadecimal.
  package var hex: String {
    let digits = Array("0123456789abcdef".utf8)
    var text: [UInt8] = []
    text.reserveCapacity(96)
    for byte in bytes {
      text.append(digits[Int(byte >> 4)])
      text.append(digits[Int(byte & 15)])
    }
    return String(decoding: text, as: UTF8.self)
  }

  /// The URL alphabet of Base64: how assertions write digests.
  package var assertionText: String { Base64.encodeForURL(bytes) }

  package var description: String { hex }
}
