internal import Crypto

/// An OpenPGP signature of version 4 over bytes (RFC 4880, 5.2.3). Source: `spec/assertions-and-store.md` §2.
struct SignaturePacket {
  let algorithm: DigestAlgorithm
  /// What of the packet is signed too: version to hashed subpackets.
  let hashed: [UInt8]
  /// The first two bytes of the digest.
  let check: [UInt8]
  let signature: [UInt8]

  private static let tag = 2
  private static let algorithms: [Int: DigestAlgorithm] = [2: .sha1, 8: .sha256, 9: .sha384, 10: .sha512, 11: .sha224]
  /// Subpackets that are understood; another one that is marked critical makes the signature void (RFC 4880, 5.2.3.1).
  private static let creationTime = 2
  private static let expiry = 3
  private static let understood: Set<Int> = [2, 3, 16, 33]

  /// Reads the signature of an assertion.
  init(decoding text: [UInt8]) throws(AssertionError) {
    let packet = try Envelope.decode(text, tags: [Self.tag], what: "signature")
    try self.init(packet.body)
  }

  /// Reads a packet without its envelope: what GnuPG writes.
  init(packet bytes: [UInt8]) throws(AssertionError) {
    try self.init(Envelope.packet(bytes[...], tags: [Self.tag], what: "signature").body)
  }

  private init(_ body: ArraySlice<UInt8>) throws(AssertionError) {
    do { self = try Self.read(body) } catch { throw AssertionError("cannot decode signature: \(error)") }
  }

  private init(algorithm: DigestAlgorithm, hashed: [UInt8], check: [UInt8], signature: [UInt8]) {
    self.algorithm = algorithm
    self.hashed = hashed
    self.check = check
    self.signature = signature
  }

  private static func read(_ body: ArraySlice<UInt8>) throws(AssertionError) -> SignaturePacket {
    var reader = PacketReader(body)
    let version = try reader.byte()
    guard version == 4 else {
      throw AssertionError("openpgp: unsupported feature: signature packet version \(version)")
    }
    let type = try reader.byte()
    guard type == 0 else { throw AssertionError("expected a signature of binary data") }
    let key = try reader.byte()
    guard key == 1 || key == 3 else { throw AssertionError("expected RSA signature") }
    let kind = Int(try reader.byte())
    guard let algorithm = algorithms[kind] else {
      throw AssertionError("openpgp: unsupported feature: hash function \(kind)")
    }
    let length = try reader.number(bytes: 2)
    let subpackets = try reader.take(length)
    let hashed = [version, type, key, UInt8(kind)] + PacketWriter.number(length, bytes: 2) + subpackets
    guard try kinds(subpackets).contains(creationTime) else {
      throw AssertionError("openpgp: invalid data: no creation time in signature packet")
    }
    let unhashed = try reader.take(reader.number(bytes: 2))
    _ = try kinds(unhashed)
    let check = Array(try reader.take(2))
    let signature = try reader.mpi()
    guard reader.isAtEnd else { throw AssertionError("unexpected trailing data") }
    return SignaturePacket(algorithm: algorithm, hashed: hashed, check: check, signature: signature)
  }

  private static func kinds(_ subpackets: ArraySlice<UInt8>) throws(AssertionError) -> Set<Int> {
    var reader = PacketReader(subpackets)
    var kinds: Set<Int> = []
    while !reader.isAtEnd {
      let length = try reader.newLength(allowsPartial: true)
      guard length > 0 else { throw AssertionError("openpgp: invalid data: signature subpacket is empty") }
      let kind = Int(try reader.byte())
      let content = try reader.take(length - 1)
      // Assertions say themselves how long they are good.
      if kind & 0x7F == expiry, content.contains(where: { $0 != 0 }) {
        throw AssertionError("expected a signature that does not expire")
      }
      if kind & 0x80 != 0, !understood.contains(kind & 0x7F) {
        throw AssertionError("openpgp: unsupported feature: unknown critical signature subpacket type \(kind & 0x7F)")
      }
      kinds.insert(kind & 0x7F)
    }
    return kinds
  }

  /// The digest that is signed (RFC 4880, 5.2.4).
  func digest(of content: [UInt8]) -> [UInt8] { Self.digest(of: content, hashed: hashed, algorithm) }

  private static func digest(of content: [UInt8], hashed: [UInt8], _ algorithm: DigestAlgorithm) -> [UInt8] {
    var digest = Digest(algorithm)
    digest.update(content)
    digest.update(hashed)
    digest.update([4, 0xFF] + PacketWriter.number(hashed.count, bytes: 4))
    return digest.finish()
  }

  /// Makes a signature as the reference does: SHA-512, the time, and who made it.
  ///
  /// - Parameters:
  ///   - time: seconds since 1970.
  ///   - sign: gives the RSA signature of a SHA-512 digest.
  /// - Returns: the packet.
  static func make(
    _ content: [UInt8], time: Int64, issuer: [UInt8], sign: ([UInt8]) throws -> [UInt8]
  ) rethrows -> [UInt8] {
    let hashed: [UInt8] = [4, 0, 1, 10, 0, 6, 5, 2] + PacketWriter.number(Int(time), bytes: 4)
    let digest = digest(of: content, hashed: hashed, .sha512)
    let signature = try sign(digest)
    return PacketWriter.packet(
      UInt8(tag), hashed + [0, 10, 9, 16] + issuer + digest.prefix(2) + PacketWriter.mpi(signature))
  }
}
