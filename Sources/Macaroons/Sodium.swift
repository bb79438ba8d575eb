internal import CSodium

/// What macaroons need of libsodium.
enum Sodium {
  static let keyLength = 32
  static let nonceLength = 24
  static let tagLength = 16

  /// Making the library ready cannot fail but for want of a source of random numbers; then nothing can be kept secret.
  private static let ready: Void = {
    guard sodium_init() >= 0 else { preconditionFailure("internal error: libsodium has no random numbers") }
  }()

  /// HMAC-SHA-256 under a key of any length.
  static func authenticate(_ text: [UInt8], key: [UInt8]) -> [UInt8] {
    _ = ready
    var state = crypto_auth_hmacsha256_state()
    var code = [UInt8](repeating: 0, count: 32)
    crypto_auth_hmacsha256_init(&state, key, key.count)
    crypto_auth_hmacsha256_update(&state, text, UInt64(text.count))
    crypto_auth_hmacsha256_final(&state, &code)
    return code
  }

  static func random(_ count: Int) -> [UInt8] {
    _ = ready
    var bytes = [UInt8](repeating: 0, count: count)
    randombytes_buf(&bytes, count)
    return bytes
  }

  /// Whether two secrets are the same, in time that does not tell where they differ.
  static func same(_ a: [UInt8], _ b: [UInt8]) -> Bool { a.count == b.count && sodium_memcmp(a, b, a.count) == 0 }

  /// Nonce, tag and text, as NaCl's `SecretBox` writes them.
  static func seal(_ text: [UInt8], key: [UInt8], nonce: [UInt8]) -> [UInt8] {
    _ = ready
    precondition(key.count == keyLength && nonce.count == nonceLength)
    var sealed = [UInt8](repeating: 0, count: tagLength + text.count)
    crypto_secretbox_easy(&sealed, text, UInt64(text.count), nonce, key)
    return nonce + sealed
  }

  /// What ``seal(_:key:nonce:)`` was given; nil unless it is whole and of this key.
  static func open(_ sealed: [UInt8], key: [UInt8]) -> [UInt8]? {
    _ = ready
    guard key.count == keyLength, sealed.count >= nonceLength + tagLength else { return nil }
    let rest = Array(sealed[nonceLength...])
    var text = [UInt8](repeating: 0, count: rest.count - tagLength)
    let result = text.withUnsafeMutableBufferPointer {
      crypto_secretbox_open_easy($0.baseAddress, rest, UInt64(rest.count), Array(sealed[..<nonceLength]), key)
    }
    return result == 0 ? text : nil
  }
}

/// A text that only holders of a key can read or make: what a server lets others keep for it.
public enum SealedBox {
  /// Bytes of a key.
  public static let keyLength = Sodium.keyLength

  /// - Precondition: the key has ``keyLength`` bytes.
  public static func seal(_ text: [UInt8], key: [UInt8]) -> [UInt8] {
    Sodium.seal(text, key: key, nonce: Sodium.random(Sodium.nonceLength))
  }

  /// What was sealed; nil unless it is whole and was sealed with this key.
  public static func open(_ sealed: [UInt8], key: [UInt8]) -> [UInt8]? { Sodium.open(sealed, key: key) }
}
