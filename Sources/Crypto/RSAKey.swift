internal import CCrypto

/// Why a key cannot be used.
public struct KeyError: Error, Hashable, Sendable, CustomStringConvertible {
  public let description: String
}

/// libcrypto's key. Never changed once made, and its reference count is atomic: threads may share it.
private final class Handle: @unchecked Sendable {
  let key: OpaquePointer
  init?(_ key: OpaquePointer?) {
    guard let key else { return nil }
    self.key = key
  }
  deinit { EVP_PKEY_free(key) }

  func number(_ which: cc_rsa_number) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: 4096)
    let length = cc_rsa_number(key, Int32(which.rawValue), &bytes, Int32(bytes.count))
    return Array(bytes.prefix(Int(max(0, length))))
  }
}

/// The public half of an RSA key.
public struct RSAPublicKey: Hashable, Sendable {
  /// Big-endian, without zeros in front.
  public let modulus: [UInt8]
  public let exponent: [UInt8]
  private let handle: Handle

  /// What is taken: smaller ones are broken, larger ones cost seconds (libcrypto stops there itself).
  static let bits = 1024...16384

  /// - Throws: ``KeyError`` when the numbers make no key, or one out of all proportion.
  public init(modulus: some Collection<UInt8>, exponent: some Collection<UInt8>) throws(KeyError) {
    self.modulus = Array(modulus.drop { $0 == 0 })
    self.exponent = Array(exponent.drop { $0 == 0 })
    guard let top = self.modulus.first, Self.bits.contains(self.modulus.count * 8 - top.leadingZeroBitCount),
      self.modulus.last.map({ $0 & 1 }) == 1
    else { throw KeyError(description: "cannot use RSA key: its modulus is no product of large primes") }
    // As Go does: an exponent below 2^31, which keeps verification cheap.
    guard (1...4).contains(self.exponent.count), self.exponent.count < 4 || self.exponent[0] < 0x80,
      self.exponent.last.map({ $0 & 1 }) == 1, self.exponent != [1]
    else { throw KeyError(description: "cannot use RSA key: its exponent is out of range") }
    guard
      let handle = Handle(
        cc_rsa_make(
          self.modulus, Int32(self.modulus.count), self.exponent, Int32(self.exponent.count), nil, 0, nil, 0, nil, 0))
    else { throw KeyError(description: "cannot use RSA key: libcrypto does not take it") }
    self.handle = handle
  }

  /// Reads the DER form of PKIX (RFC 5280, SubjectPublicKeyInfo).
  public init(pkix bytes: [UInt8]) throws(KeyError) {
    guard let handle = Handle(cc_public_key(bytes, bytes.count)) else {
      throw KeyError(description: "cannot read public key: no RSA key in the DER form of PKIX")
    }
    try self.init(modulus: handle.number(CC_RSA_N), exponent: handle.number(CC_RSA_E))
  }

  /// Bits of the modulus.
  public var bitLength: Int { modulus.count * 8 - (modulus.first?.leadingZeroBitCount ?? 8) }

  /// Whether a signature is this key's for a digest.
  public func verify(_ signature: [UInt8], digest: [UInt8], _ algorithm: DigestAlgorithm) -> Bool {
    // A signature may have lost its zeros in front; libcrypto wants them.
    guard digest.count == algorithm.length, signature.count <= modulus.count else { return false }
    let whole = [UInt8](repeating: 0, count: modulus.count - signature.count) + signature
    return cc_rsa_verify(handle.key, algorithm.method, digest, digest.count, whole, whole.count) == 1
  }

  public static func == (a: RSAPublicKey, b: RSAPublicKey) -> Bool {
    a.modulus == b.modulus && a.exponent == b.exponent
  }

  public func hash(into hasher: inout Hasher) {
    hasher.combine(modulus)
    hasher.combine(exponent)
  }
}

/// Both halves of an RSA key.
public struct RSAPrivateKey: Sendable {
  public let publicKey: RSAPublicKey
  private let handle: Handle

  /// The secret numbers, big-endian.
  public struct Numbers: Sendable {
    public var exponent: [UInt8]
    public var p: [UInt8]
    public var q: [UInt8]

    public init(exponent: [UInt8], p: [UInt8], q: [UInt8]) {
      self.exponent = exponent
      self.p = p
      self.q = q
    }

    /// The inverse of `p` modulo `q`, which OpenPGP keeps beside them (RFC 4880, 5.5.3).
    public var inverse: [UInt8] {
      var bytes = [UInt8](repeating: 0, count: q.count)
      let length = cc_inverse(p, Int32(p.count), q, Int32(q.count), &bytes, Int32(bytes.count))
      return Array(bytes.prefix(Int(max(0, length))))
    }
  }

  /// - Throws: ``KeyError`` when the numbers do not belong together.
  public init(publicKey: RSAPublicKey, _ numbers: Numbers) throws(KeyError) {
    let (n, e) = (publicKey.modulus, publicKey.exponent)
    guard
      numbers.exponent.count <= n.count,
      let handle = Handle(
        cc_rsa_make(
          n, Int32(n.count), e, Int32(e.count), numbers.exponent, Int32(numbers.exponent.count), numbers.p,
          Int32(numbers.p.count), numbers.q, Int32(numbers.q.count)))
    else { throw KeyError(description: "cannot use RSA key: its numbers do not belong together") }
    self.publicKey = publicKey
    self.handle = handle
  }

  private init(_ handle: Handle) throws(KeyError) {
    self.handle = handle
    publicKey = try RSAPublicKey(modulus: handle.number(CC_RSA_N), exponent: handle.number(CC_RSA_E))
  }

  /// A new key with the exponent 65537; takes a second for 4096 bits.
  public static func generate(bits: Int) throws(KeyError) -> RSAPrivateKey {
    guard RSAPublicKey.bits.contains(bits), let handle = Handle(cc_rsa_generate(UInt32(bits))) else {
      throw KeyError(description: "cannot generate RSA key of \(bits) bits")
    }
    return try RSAPrivateKey(handle)
  }

  /// The secret numbers, for whoever keeps the key.
  public var numbers: Numbers {
    Numbers(exponent: handle.number(CC_RSA_D), p: handle.number(CC_RSA_P), q: handle.number(CC_RSA_Q))
  }

  /// Signs a digest: PKCS#1 v1.5, as long as the modulus.
  public func sign(digest: [UInt8], _ algorithm: DigestAlgorithm) throws(KeyError) -> [UInt8] {
    var signature = [UInt8](repeating: 0, count: publicKey.modulus.count)
    var length = signature.count
    guard digest.count == algorithm.length,
      cc_rsa_sign(handle.key, algorithm.method, digest, digest.count, &signature, &length) == 1
    else { throw KeyError(description: "cannot sign with RSA key: libcrypto refuses") }
    return Array(signature.prefix(length))
  }
}
