/// A token with conditions, each of which anybody may add and nobody can take away.
///
/// The construction is that of libmacaroons, `pymacaroons` and Go's `macaroon.v1`: a chain of HMAC-SHA-256 from a root
/// key over the identifier and each caveat.
public struct Macaroon: Hashable, Sendable {
  /// A hint of who made it; nothing proves it.
  public let location: String
  /// Which root key, to its maker.
  public let identifier: [UInt8]
  public private(set) var caveats: [Caveat]
  /// The end of the chain: 32 bytes.
  public private(set) var signature: [UInt8]

  /// One condition.
  public struct Caveat: Hashable, Sendable {
    /// The condition itself, or what the third party knows it by.
    public let identifier: [UInt8]
    /// Set when somebody else has to say that it holds.
    public let thirdParty: ThirdParty?

    public struct ThirdParty: Hashable, Sendable {
      /// Where to ask.
      public let location: String
      /// The key of the discharge, sealed with the signature before this caveat.
      public let verification: [UInt8]
    }
  }

  /// - Parameter key: the root key, of any length; what signs is derived from it.
  public init(location: String, identifier: [UInt8], key: [UInt8]) {
    self.location = location
    self.identifier = identifier
    caveats = []
    signature = Self.chain(Self.derived(key), identifier)
  }

  /// What was read from outside.
  init(location: String, identifier: [UInt8], caveats: [Caveat], signature: [UInt8]) {
    self.location = location
    self.identifier = identifier
    self.caveats = caveats
    self.signature = signature
  }

  /// Narrows the macaroon by a condition that its maker checks.
  public mutating func add(_ condition: String) {
    let caveat = Caveat(identifier: Array(condition.utf8), thirdParty: nil)
    signature = Self.next(signature, caveat)
    caveats.append(caveat)
  }

  /// Narrows the macaroon by something that a third party has to confirm.
  ///
  /// - Parameters:
  ///   - key: the root key of the discharge; the third party has to find it by the identifier.
  ///   - nonce: 24 bytes never used with this macaroon before; random ones when nil, as they should be.
  public mutating func addThirdParty(location: String, identifier: [UInt8], key: [UInt8], nonce: [UInt8]? = nil) {
    let sealed = Sodium.seal(
      Self.derived(key), key: signature, nonce: nonce ?? Sodium.random(Sodium.nonceLength))
    let caveat = Caveat(
      identifier: identifier, thirdParty: Caveat.ThirdParty(location: location, verification: sealed))
    signature = Self.next(signature, caveat)
    caveats.append(caveat)
  }

  /// A discharge as it is sent along with the macaroon that it is for; without that, it is good for nothing.
  public func bound(to root: Macaroon) -> Macaroon {
    var copy = self
    copy.signature = Self.binding(of: signature, to: root.signature)
    return copy
  }

  // The key of the key: a constant of all implementations.
  static func derived(_ key: [UInt8]) -> [UInt8] {
    Sodium.authenticate(key, key: Array("macaroons-key-generator".utf8))
  }

  static func chain(_ key: [UInt8], _ text: [UInt8]) -> [UInt8] { Sodium.authenticate(text, key: key) }

  static func next(_ signature: [UInt8], _ caveat: Caveat) -> [UInt8] {
    guard let thirdParty = caveat.thirdParty else { return chain(signature, caveat.identifier) }
    return pair(signature, thirdParty.verification, caveat.identifier)
  }

  static func binding(of signature: [UInt8], to root: [UInt8]) -> [UInt8] {
    pair([UInt8](repeating: 0, count: Sodium.keyLength), root, signature)
  }

  private static func pair(_ key: [UInt8], _ first: [UInt8], _ second: [UInt8]) -> [UInt8] {
    chain(key, chain(key, first) + chain(key, second))
  }
}

/// How much is taken from outside.
public enum MacaroonLimits {
  /// Of one macaroon, in bytes, before Base64.
  public static let size = 48 << 10
  /// Of one macaroon.
  public static let caveats = 256
  /// That come with one macaroon.
  public static let discharges = 8
}

/// Why something is no macaroon, or is not what it claims to be.
public enum MacaroonError: Error, Hashable, Sendable, CustomStringConvertible {
  case malformed(String)
  case forged
  /// A third party has not confirmed its condition: the location to ask.
  case undischarged(location: String)
  case unusedDischarge

  public var description: String {
    switch self {
    case .malformed(let what): "cannot read macaroon: \(what)"
    case .forged: "cannot verify macaroon: signature does not match"
    case .undischarged(let location): "cannot verify macaroon: no discharge of \(location)"
    case .unusedDischarge: "cannot verify macaroon: discharge for another macaroon"
    }
  }
}
