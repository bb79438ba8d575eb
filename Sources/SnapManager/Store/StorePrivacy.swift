internal import Crypto

/// What a store is told instead of what is nobody's business.
enum StorePrivacy {
  /// A digest of parts, one behind the other.
  static func digest(of parts: [String]) -> String {
    Base64.encodeForURL(Digest.of(parts.flatMap { Array($0.utf8) }, .sha256))
  }

  /// A secret of this machine's.
  static func newKey() -> String {
    var generator = SystemRandomNumberGenerator()
    return Base64.encodeForURL((0..<12).map { _ in UInt8.random(in: 0 ... .max, using: &generator) })
  }
}
