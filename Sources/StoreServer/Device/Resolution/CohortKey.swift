internal import Crypto

/// What makes several devices see a snap's channels as they were at one moment.
///
/// The text says which snap, when and which cohort, under the store's secret: any server process can read it, and
/// nobody else can make one. Source: `spec/assertions-and-store.md` §6, "Cohorts".
struct CohortKey: Equatable, Sendable {
  /// Why a text is no key.
  enum Invalid: Error, Equatable, CustomStringConvertible {
    case malformed, otherSnap

    var description: String {
      switch self {
      case .malformed: "cannot use cohort key: it is not one of this store"
      case .otherSnap: "cannot use cohort key: it is for another snap"
      }
    }
  }

  let snapID: String
  /// Seconds of Unix time.
  let createdAt: Int64
  /// Tells cohorts of the same second apart.
  let number: UInt64

  init(snapID: String, createdAt: Int64, number: UInt64) {
    self.snapID = snapID
    self.createdAt = createdAt
    self.number = number
  }

  /// Reads a key for a snap.
  init(_ text: String, for snapID: String, secret: [UInt8]) throws(Invalid) {
    guard text.utf8.count <= 256, let bytes = Base64.decodeFromURL(text), bytes.count > Self.overhead, bytes[0] == 1
    else { throw .malformed }
    let content = bytes.dropLast(Self.tagLength)
    guard
      SecretDigest.areEqual(
        SecretDigest.of(content, secret: secret).prefix(Self.tagLength), bytes.suffix(Self.tagLength))
    else { throw .malformed }
    createdAt = Int64(bitPattern: Self.number(bytes[1..<9]))
    number = Self.number(bytes[9..<17])
    self.snapID = String(decoding: content.dropFirst(17), as: UTF8.self)
    guard self.snapID.utf8.elementsEqual(snapID.utf8) else { throw .otherSnap }
  }

  /// The key as text.
  func text(secret: [UInt8]) -> String {
    let content = [1] + Self.bytes(UInt64(bitPattern: createdAt)) + Self.bytes(number) + Array(snapID.utf8)
    return Base64.encodeForURL(content + SecretDigest.of(content, secret: secret).prefix(Self.tagLength))
  }

  /// Who is in and who is out of a progressive release is said for the cohort as a whole.
  var seed: DeviceSeed { .cohort("\(createdAt).\(number)") }

  private static let tagLength = 16
  private static let overhead = 17 + tagLength

  private static func number(_ bytes: ArraySlice<UInt8>) -> UInt64 { bytes.reduce(0) { $0 << 8 | UInt64($1) } }
  private static func bytes(_ number: UInt64) -> [UInt8] {
    (0..<8).map { UInt8(truncatingIfNeeded: number >> (56 - 8 * $0)) }
  }
}

/// A digest that only who knows the secret can make: HMAC with SHA-256 (RFC 2104).
enum SecretDigest {
  static func of(_ content: some Sequence<UInt8>, secret: [UInt8]) -> [UInt8] {
    var key = secret.count > 64 ? Digest.of(secret, .sha256) : secret
    key += [UInt8](repeating: 0, count: 64 - key.count)
    let inner = Digest.of(key.map { $0 ^ 0x36 } + Array(content), .sha256)
    return Digest.of(key.map { $0 ^ 0x5C } + inner, .sha256)
  }

  /// In a time that does not tell where they differ.
  static func areEqual(_ first: some Collection<UInt8>, _ second: some Collection<UInt8>) -> Bool {
    first.count == second.count && zip(first, second).reduce(0) { $0 | ($1.0 ^ $1.1) } == 0
  }
}
