public import Crypto

/// A key that assertions are signed with, wherever its secret is: in memory, with GnuPG, in a device.
public protocol SigningKey: Sendable {
  var publicKey: PublicKey { get }
  /// The signature of a content: an OpenPGP packet.
  ///
  /// - Parameter time: seconds since 1970.
  func signaturePacket(_ content: [UInt8], time: Int64) throws -> [UInt8]
}

extension SigningKey {
  /// The signature as assertions have it, with the newline at its end.
  func signature(_ content: [UInt8], time: Int64) throws -> [UInt8] {
    Envelope.encode(try signaturePacket(content, time: time)) + [UInt8(ascii: "\n")]
  }
}

/// A key whose secret is in memory.
public struct PrivateKey: SigningKey {
  public let rsa: RSAPrivateKey
  public let publicKey: PublicKey

  public init(_ rsa: RSAPrivateKey) {
    self.rsa = rsa
    publicKey = PublicKey(rsa.publicKey)
  }

  /// A new key.
  ///
  /// - Parameter bits: of the modulus; less than 4096 is for tests.
  public static func generate(bits: Int = 4096) throws(KeyError) -> PrivateKey {
    PrivateKey(try RSAPrivateKey.generate(bits: bits))
  }

  public func signaturePacket(_ content: [UInt8], time: Int64) throws -> [UInt8] {
    try SignaturePacket.make(content, time: time, issuer: publicKey.issuer) { try rsa.sign(digest: $0, .sha512) }
  }

  // MARK: As a file

  /// The secret key in its envelope (RFC 4880, 5.5.3), protected by nothing but the file's mode.
  public var encoded: [UInt8] {
    let numbers = rsa.numbers
    let secret =
      PacketWriter.mpi(numbers.exponent) + PacketWriter.mpi(numbers.p) + PacketWriter.mpi(numbers.q)
      + PacketWriter.mpi(numbers.inverse)
    let sum = secret.reduce(0) { ($0 + Int($1)) & 0xFFFF }
    return Envelope.encode(
      PacketWriter.packet(5, PublicKey.body(rsa.publicKey) + [0] + secret + PacketWriter.number(sum, bytes: 2)))
  }

  /// Reads what ``encoded`` writes.
  public init(decoding text: [UInt8]) throws(AssertionError) {
    let packet = try Envelope.decode(text, tags: [5], what: "private key")
    do {
      var reader = PacketReader(packet.body)
      let publicKey = try PublicKey(&reader)
      guard try reader.byte() == 0 else { throw AssertionError("it is protected by a passphrase") }
      let secret = reader.rest
      let exponent = try reader.mpi()
      let p = try reader.mpi()
      let q = try reader.mpi()
      _ = try reader.mpi()
      let sum = secret.dropLast(2).reduce(0) { ($0 + Int($1)) & 0xFFFF }
      guard try reader.number(bytes: 2) == sum, reader.isAtEnd else { throw AssertionError("its checksum is wrong") }
      do {
        self.init(
          try RSAPrivateKey(publicKey: publicKey.rsa, RSAPrivateKey.Numbers(exponent: exponent, p: p, q: q)))
      } catch { throw AssertionError("\(error)") }
    } catch { throw AssertionError("cannot decode private key: \(error)") }
  }
}
