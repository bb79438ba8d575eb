internal import CCrypto

/// Bytes that nobody can guess, and comparing them without telling how far they agree.
public enum SecureRandom {
  /// From the kernel.
  public static func bytes(_ count: Int) -> [UInt8] {
    var generator = SystemRandomNumberGenerator()
    var bytes: [UInt8] = []
    bytes.reserveCapacity(count)
    for _ in 0..<count { bytes.append(UInt8.random(in: .min ... .max, using: &generator)) }
    return bytes
  }

  /// Letters and digits, for ids: almost 6 bits each.
  public static func name(_ count: Int) -> String {
    let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789".utf8)
    var generator = SystemRandomNumberGenerator()
    return String(
      decoding: (0..<count).map { _ in letters[Int.random(in: 0..<letters.count, using: &generator)] }, as: UTF8.self)
  }

  /// Whether two secrets are the same, in a time that depends on their lengths only.
  public static func areEqual(_ left: [UInt8], _ right: [UInt8]) -> Bool {
    left.count == right.count && CRYPTO_memcmp(left, right, left.count) == 0
  }
}
