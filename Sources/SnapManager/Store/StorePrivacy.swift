internal import Crypto

/// What a store is told instead of what is nobody's business.
enum StorePrivacy {
  /// A digest of parts, one behind the other.
  static func digest(of parts: [String]) -> String {
    Base64.encodeForURL(Digest.of(parts.flatMap { Array($0.utf8) }, .sha256))
  }

  /// A secret of this machine's.
  static func newKey() -> String { Base64.encodeForURL(SecureRandom.bytes(12)) }
}
