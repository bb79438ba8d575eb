public import Assertions
internal import ByteText
internal import Crypto

/// An image as somebody says it is: what has to be the same as what was signed.
public struct ImageClaim: Sendable {
  /// The name that it is to be installed under, for messages.
  public var instance: String
  /// The snap's name.
  public var name: String
  public var snapID: String
  /// As the store has it.
  public var revision: Int
  /// The SHA3-384 of the image, in hexadecimal.
  public var sha3: String
  /// Bytes.
  public var size: Int
  /// As its metadata has it; empty is what everybody has.
  public var provenance: String

  public init(
    instance: String, name: String, snapID: String, revision: Int, sha3: String, size: Int, provenance: String
  ) {
    self.instance = instance
    self.name = name
    self.snapID = snapID
    self.revision = revision
    self.sha3 = sha3
    self.size = size
    self.provenance = provenance
  }
}

/// Why an image is not used. The texts are the reference's.
public enum VouchingError: Error, Equatable, Sendable, CustomStringConvertible {
  case noSignatures(snap: String)
  case unsupported(snap: String, missing: String)
  case size(snap: String, found: Int, signed: Int)
  case identity(snap: String, claimed: String, signed: String)
  case renamed(instance: String, snap: String, declared: String)
  case revoked(snap: String)
  case provenance(snap: String, signed: String, found: String)
  case authority(snap: String, provenance: String, authority: String)

  public var description: String {
    switch self {
    case .noSignatures(let snap): "cannot verify snap \"\(snap)\", no matching signatures found"
    case .unsupported(let snap, let missing):
      "cannot find supported signatures to verify snap \"\(snap)\" and its hash (\(missing))"
    case .size(let snap, let found, let signed):
      "snap \"\(snap)\" file does not have expected size according to signatures (download is broken or tampered): "
        + "\(found) != \(signed)"
    case .identity(let snap, let claimed, let signed):
      "snap \"\(snap)\" does not have expected ID or revision according to assertions (metadata is broken or "
        + "tampered): \(claimed) != \(signed)"
    case .renamed(let instance, let snap, let declared):
      "cannot install \"\(instance)\", snap \"\(snap)\" is undergoing a rename to \"\(declared)\""
    case .revoked(let snap): "cannot install snap \"\(snap)\" with a revoked snap declaration"
    case .provenance(let snap, let signed, let found):
      "snap \"\(snap)\" has been signed under provenance \"\(signed)\" different from the expected one: \"\(found)\""
    case .authority(let snap, let provenance, let authority):
      "snap \"\(snap)\" revision assertion with provenance \"\(provenance)\" is not signed by an authority authorized "
        + "on this device: \(authority)"
    }
  }
}

/// Whether images are what was signed. Source: `spec/assertions-and-store.md` §4, "CrossCheck".
extension AssertionManager {
  /// What everybody's images have, who are not built elsewhere than by the store.
  private static var globalProvenance: String { "global-upload" }

  /// Fetches what is signed about an image, and checks the image against it.
  ///
  /// - Parameter source: where assertions come from; nil looks at those that are known only.
  /// - Throws: ``VouchingError``, or why an assertion cannot be believed.
  public func verify(_ claim: ImageClaim, from source: (any AssertionSource)?) throws {
    let reference = try Self.revision(claim.sha3, claim.provenance)
    if let source {
      do { try fetch([reference], from: source) } catch let missing as AssertionNotFound {
        guard missing.type == .snapRevision else {
          throw VouchingError.unsupported(snap: claim.instance, missing: "\(missing)")
        }
        throw VouchingError.noSignatures(snap: claim.instance)
      }
    }
    guard let signed = try believed(reference, as: SnapRevision.self) else {
      throw VouchingError.noSignatures(snap: claim.instance)
    }
    let revision = signed.value
    guard revision.size == claim.size else {
      throw VouchingError.size(snap: claim.instance, found: claim.size, signed: revision.size)
    }
    guard revision.snapID == claim.snapID, revision.revision == claim.revision else {
      throw VouchingError.identity(
        snap: claim.instance, claimed: "\(claim.revision) / \(claim.snapID)",
        signed: "\(revision.revision) / \(revision.snapID)")
    }
    let declaration = try checkDeclaration(of: revision, claim.instance)
    guard declaration.snapName == claim.name else {
      throw VouchingError.renamed(instance: claim.instance, snap: claim.name, declared: declaration.snapName)
    }
    try Self.checkProvenance(signed, declaration, claim.provenance, claim.instance)
  }

  /// What is known to be signed for of an image: its identity, as the store that signed for it has it.
  ///
  /// - Returns: nil when nobody has signed for it.
  /// - Throws: ``VouchingError`` when it is not what was signed.
  public func known(
    sha3: String, size: Int, provenance: String, fileName: String
  ) throws -> (name: String, snapID: String, revision: Int)? {
    guard let signed = try believed(try Self.revision(sha3, provenance), as: SnapRevision.self) else { return nil }
    let revision = signed.value
    guard revision.size == size else {
      throw VouchingError.size(snap: fileName, found: size, signed: revision.size)
    }
    let declaration = try checkDeclaration(of: revision, fileName)
    try Self.checkProvenance(signed, declaration, provenance, fileName)
    return (declaration.snapName, revision.snapID, revision.revision)
  }

  /// What is signed of an image is found under.
  ///
  /// - Parameter sha3: the digest of the image, in hexadecimal.
  public static func revision(_ sha3: String, _ provenance: String) throws -> AssertionReference {
    guard let digest = Hexadecimal.bytes(sha3), digest.count == DigestAlgorithm.sha3_384.length else {
      throw AssertionError("cannot use \"\(sha3)\" as a digest")
    }
    let provenance = provenance.isEmpty ? globalProvenance : provenance
    return AssertionReference(.snapRevision, [Base64.encodeForURL(digest), provenance])
  }

  /// Who made an installed revision, and the key that it was signed with; nil when that is not known or not believed.
  public func signed(_ snapID: String, revision: Int) throws -> (developerID: String, key: String)? {
    let database = try database
    let headers = ["snap-id": snapID, "snap-revision": "\(revision)"]
    let found = (try? database.findMany(.snapRevision, headers)) ?? []
    return found.first(where: database.isVouchedFor).flatMap { assertion in
      (assertion.value as? SnapRevision).map { ($0.developerID, assertion.signKeyID) }
    }
  }

  private func checkDeclaration(of revision: SnapRevision, _ snap: String) throws -> SnapDeclaration {
    guard let declaration = try declaration(of: revision.snapID)?.value else {
      throw VouchingError.noSignatures(snap: snap)
    }
    guard !declaration.snapName.isEmpty else { throw VouchingError.revoked(snap: snap) }
    return declaration
  }

  private static func checkProvenance(
    _ signed: (assertion: Assertion, value: SnapRevision), _ declaration: SnapDeclaration, _ provenance: String,
    _ snap: String
  ) throws {
    let expected = provenance.isEmpty ? globalProvenance : provenance
    let revision = signed.value
    guard revision.provenance == expected else {
      throw VouchingError.provenance(snap: snap, signed: revision.provenance, found: expected)
    }
    guard expected != globalProvenance else { return }
    // Rules about a model are for devices that were made as one; none here was.
    let isAuthorised = declaration.revisionAuthorities.contains { authority in
      authority.accountID == signed.assertion.authorityID && authority.provenances.contains(expected)
        && authority.revisions.contains(revision.revision) && authority.stores == nil && authority.brands == nil
        && authority.models == nil
    }
    guard isAuthorised else {
      throw VouchingError.authority(snap: snap, provenance: expected, authority: signed.assertion.authorityID)
    }
  }
}
