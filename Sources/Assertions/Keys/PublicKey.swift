public import Crypto

/// A key that signatures of assertions are checked with.
///
/// As OpenPGP has it with the fixed time of its making: so a key has one form, and one id. Source:
/// `spec/assertions-and-store.md` §2.
public struct PublicKey: Hashable, Sendable {
  public let rsa: RSAPublicKey
  /// SHA3-384 of its form, in the alphabet of URLs.
  public let id: String

  /// 2016-01-01T00:00:00Z.
  static let fixedTime = 1_451_606_400
  private static let rsaAlgorithm: UInt8 = 1

  public init(_ rsa: RSAPublicKey) {
    self.rsa = rsa
    id = Base64.encodeForURL(Digest.of([1] + PacketWriter.packet(6, Self.body(rsa)), .sha3_384))
  }

  /// Reads what ``encoded`` writes.
  public init(decoding text: [UInt8]) throws(AssertionError) {
    let packet = try Envelope.decode(text, tags: [6], what: "public key")
    do {
      var reader = PacketReader(packet.body)
      try self.init(&reader)
      guard reader.isAtEnd else { throw AssertionError("unexpected trailing data") }
    } catch { throw AssertionError("cannot decode public key: \(error)") }
  }

  /// The body of a key packet, whose time has to be the fixed one: another would be another key id.
  init(_ reader: inout PacketReader, anyTime: Bool = false) throws(AssertionError) {
    guard try reader.byte() == 4 else { throw AssertionError("openpgp: unsupported feature: public key version") }
    let time = try reader.number(bytes: 4)
    guard anyTime || time == Self.fixedTime else {
      throw AssertionError("public key does not have the expected creation timestamp")
    }
    guard try reader.byte() == Self.rsaAlgorithm else { throw AssertionError("expected RSA public key") }
    let modulus = try reader.mpi()
    let exponent = try reader.mpi()
    do { self.init(try RSAPublicKey(modulus: modulus, exponent: exponent)) } catch {
      throw AssertionError("\(error)")
    }
  }

  /// The body of its packet.
  static func body(_ rsa: RSAPublicKey) -> [UInt8] {
    [4] + PacketWriter.number(fixedTime, bytes: 4) + [rsaAlgorithm] + PacketWriter.mpi(rsa.modulus)
      + PacketWriter.mpi(rsa.exponent)
  }

  /// The body of assertions that have it.
  public var encoded: [UInt8] { Envelope.encode(PacketWriter.packet(6, Self.body(rsa))) }

  /// The low 64 bits of OpenPGP's fingerprint (RFC 4880, 12.2): what signatures name, and nobody checks.
  var issuer: [UInt8] {
    let body = Self.body(rsa)
    return Digest.of([0x99] + PacketWriter.number(body.count, bytes: 2) + body, .sha1).suffix(8)
  }

  /// Whether a signature is this key's for a content.
  ///
  /// - Throws: ``AssertionError`` when it is not, or no signature.
  public func verify(_ content: [UInt8], signature text: [UInt8]) throws(AssertionError) {
    try verify(content, SignaturePacket(decoding: text))
  }

  func verify(_ content: [UInt8], _ packet: SignaturePacket) throws(AssertionError) {
    let digest = packet.digest(of: content)
    guard Array(digest.prefix(2)) == packet.check else {
      throw AssertionError("openpgp: invalid signature: hash tag doesn't match")
    }
    guard rsa.verify(packet.signature, digest: digest, packet.algorithm) else {
      throw AssertionError("openpgp: invalid signature: RSA verification failure")
    }
  }
}
