public import Snap

/// What is said of an image: by the store that it came from, and by the image itself.
public struct SnapClaim: Equatable, Sendable {
  public var instance: InstanceName
  public var snapID: String
  public var revision: Revision
  /// The digest of the image, in hexadecimal.
  public var sha3: String
  /// Bytes.
  public var size: UInt64
  /// As its metadata has it; empty for what everybody has.
  public var provenance: String
  /// The store that assertions are fetched from.
  public var store: String

  public init(
    instance: InstanceName, snapID: String, revision: Revision, sha3: String, size: UInt64, provenance: String,
    store: String
  ) {
    self.instance = instance
    self.snapID = snapID
    self.revision = revision
    self.sha3 = sha3
    self.size = size
    self.provenance = provenance
    self.store = store
  }
}

/// What has been signed for of an image.
public struct SignedSnap: Equatable, Sendable {
  public var name: SnapName
  public var snapID: String
  public var revision: Revision
  public var provenance: String

  public init(name: SnapName, snapID: String, revision: Revision, provenance: String) {
    self.name = name
    self.snapID = snapID
    self.revision = revision
    self.provenance = provenance
  }
}

/// Who publishes a snap, as is signed.
public struct SnapPublisher: Codable, Hashable, Sendable {
  public var id: String
  public var username: String
  public var displayName: String
  /// `unproven`, `starred`, `verified`.
  public var validation: String

  public init(id: String, username: String, displayName: String, validation: String) {
    self.id = id
    self.username = username
    self.displayName = displayName
    self.validation = validation
  }
}

/// Who knows what has been signed; wired by the overlord.
public protocol SnapSignatures: Sendable {
  /// Fetches what is signed about an image that came from a store, and checks the image against it.
  ///
  /// - Throws: an error with the reference's text when it is not what was signed, or nobody has signed.
  func verify(_ claim: SnapClaim) throws
  /// What has been signed for of an image from a file, by assertions that are known already.
  ///
  /// - Parameter sha3: the digest of the image, in hexadecimal.
  /// - Returns: nil when nobody has signed for it.
  /// - Throws: when somebody has, and it is not what was signed.
  func known(sha3: String, size: UInt64, provenance: String, fileName: String) throws -> SignedSnap?
  /// Fetches declarations anew: what publishers have been granted may have changed.
  ///
  /// - Parameter snaps: the identifiers of snaps, by the store that they are asked of.
  /// - Returns: the identifiers of those that have changed.
  func refreshDeclarations(_ snaps: [String: [String]]) throws -> Set<String>
  /// Refuses an update that publishers of installed snaps have a say in and have not signed for.
  ///
  /// - Parameters:
  ///   - installed: the identifiers of the installed snaps, by name.
  ///   - store: where it comes from.
  func refuseUnvalidated(
    _ instance: InstanceName, _ snapID: String, _ revision: Revision, installed: [String: String], store: String
  ) throws
  /// Who publishes a snap; nil when no declaration of it is known, or none that is still believed.
  func publisher(of snapID: String) -> SnapPublisher?
  /// Another number whenever something else is known or believed.
  var generation: UInt64 { get }
}

/// Where there are no assertions, nothing is signed.
public struct NoSignatures: SnapSignatures {
  public init() {}
  public func verify(_ claim: SnapClaim) throws { throw StoreRefusal.notSigned(claim.instance) }
  public func known(sha3: String, size: UInt64, provenance: String, fileName: String) -> SignedSnap? { nil }
  public func refreshDeclarations(_ snaps: [String: [String]]) -> Set<String> { [] }
  public func refuseUnvalidated(
    _ instance: InstanceName, _ snapID: String, _ revision: Revision, installed: [String: String], store: String
  ) {}
  public func publisher(of snapID: String) -> SnapPublisher? { nil }
  public var generation: UInt64 { 0 }
}
