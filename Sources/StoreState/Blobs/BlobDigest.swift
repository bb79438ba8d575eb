internal import ByteText
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
    guard let bytes = Hexadecimal.bytes(hex) else { return nil }
    self.init(bytes)
  }

  /// As in assertions.
  package init?(assertionText: some StringProtocol) {
    guard let bytes = Base64.decodeFromURL(assertionText) else { return nil }
    self.init(bytes)
  }

  /// Lower-case hexadecimal.
  package var hex: String { Hexadecimal.text(bytes) }

  /// The URL alphabet of Base64: how assertions write digests.
  package var assertionText: String { Base64.encodeForURL(bytes) }

  package var description: String { hex }
}
