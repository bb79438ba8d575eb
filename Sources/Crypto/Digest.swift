internal import CCrypto

/// The kinds of digests that assertions, their signatures and downloads have.
public enum DigestAlgorithm: Hashable, Sendable, CaseIterable {
  case sha1, sha224, sha256, sha384, sha512, sha3_384

  /// Bytes of a digest.
  public var length: Int {
    switch self {
    case .sha1: 20
    case .sha224: 28
    case .sha256: 32
    case .sha384, .sha3_384: 48
    case .sha512: 64
    }
  }

  var method: OpaquePointer {
    switch self {
    case .sha1: EVP_sha1()
    case .sha224: EVP_sha224()
    case .sha256: EVP_sha256()
    case .sha384: EVP_sha384()
    case .sha512: EVP_sha512()
    case .sha3_384: EVP_sha3_384()
    }
  }
}

/// A digest in the making: of what passes by, without a second pass.
///
/// Making one cannot fail but for want of memory, or because the administrator's configuration of libcrypto forbids
/// the kind; then there is nothing sensible to go on with, and the program ends.
public struct Digest: ~Copyable {
  private let context: OpaquePointer
  private let algorithm: DigestAlgorithm

  public init(_ algorithm: DigestAlgorithm) {
    guard let context = EVP_MD_CTX_new(), EVP_DigestInit_ex(context, algorithm.method, nil) == 1 else {
      preconditionFailure("internal error: libcrypto makes no \(algorithm) digests")
    }
    self.context = context
    self.algorithm = algorithm
  }

  deinit { EVP_MD_CTX_free(context) }

  /// Takes more of the text.
  public mutating func update(_ bytes: some Sequence<UInt8>) {
    let done: Void? = bytes.withContiguousStorageIfAvailable { update(UnsafeRawBufferPointer($0)) }
    if done == nil { Array(bytes).withUnsafeBytes { update($0) } }
  }

  /// Takes more of the text.
  public mutating func update(_ bytes: UnsafeRawBufferPointer) {
    guard let start = bytes.baseAddress else { return }
    guard EVP_DigestUpdate(context, start, bytes.count) == 1 else {
      preconditionFailure("internal error: libcrypto takes no bytes")
    }
  }

  /// The digest of all that was taken.
  public consuming func finish() -> [UInt8] {
    var digest = [UInt8](repeating: 0, count: algorithm.length)
    guard EVP_DigestFinal_ex(context, &digest, nil) == 1 else {
      preconditionFailure("internal error: libcrypto ends no digest")
    }
    return digest
  }

  /// The digest of a whole text.
  public static func of(_ bytes: some Sequence<UInt8>, _ algorithm: DigestAlgorithm) -> [UInt8] {
    var digest = Digest(algorithm)
    digest.update(bytes)
    return digest.finish()
  }
}
