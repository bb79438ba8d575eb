internal import ByteText
public import Time

/// Which file a revision of a snap is.
public struct SnapRevision: AssertionValue {
  public let digest: String
  public let provenance: String
  public let snapID: String
  public let size: Int
  public let revision: Int
  public let developerID: String
  public let timestamp: Timestamp?
  public let integrity: [Integrity]

  /// How a revision's image is checked while it is read.
  public struct Integrity: Sendable, Hashable {
    public let type: String
    public let version: Int
    public let hashAlgorithm: String
    public let dataBlockSize: Int
    public let hashBlockSize: Int
    public let digest: String
    public let salt: String
  }

  public init(_ content: AssertionContent) throws(AssertionError) {
    let headers = content.headers
    digest = try headers.digest("snap-sha3-384")
    provenance = try headers.provenance()
    snapID = try headers.notEmpty("snap-id")
    size = try headers.integer("snap-size")
    revision = try headers.requiredInteger("snap-revision", atLeast: 1)
    developerID = try headers.notEmpty("developer-id")
    timestamp = try headers.time("timestamp")
    integrity = try Self.integrity(headers)
  }

  private static func integrity(_ headers: HeaderReader) throws(AssertionError) -> [Integrity] {
    var all: [Integrity] = []
    for map in try headers.maps("integrity") ?? [] {
      let item = HeaderReader(map, place: "of integrity data")
      all.append(
        Integrity(
          type: try item.oneOf("type", ["dm-verity"]), version: try item.integer("version", atLeast: 1),
          hashAlgorithm: try item.oneOf("hash-algorithm", ["sha256"]),
          dataBlockSize: try item.integer("data-block-size", atLeast: 1),
          hashBlockSize: try item.integer("hash-block-size", atLeast: 1), digest: try item.matching("digest", isHex),
          salt: try item.matching("salt", isHex)))
      guard all.last?.version == 1 else { throw AssertionError("version of integrity data must be 1") }
    }
    return all
  }

  /// A SHA-256 digest as dm-verity writes it.
  private static func isHex(_ text: String) -> Bool {
    text.utf8.count == 64 && Hexadecimal.bytes(text) != nil
  }

  public var prerequisites: [AssertionReference] {
    [AssertionReference(.snapDeclaration, ["16", snapID]), AssertionReference(.account, [developerID])]
  }

  public func check(_ assertion: Assertion, with known: any AssertionKnowledge) throws {
    let about = ProvenancedCheck(type: .snapRevision, snapID: snapID, provenance: provenance, developerID: developerID)
    try about.check(assertion, revision: revision, with: known)
  }
}

/// What signers of revisions and of what goes with them have to be.
struct ProvenancedCheck {
  let type: AssertionType
  let snapID: String
  let provenance: String
  let developerID: String

  /// - Parameter revision: nil when the authority's range is about another number.
  func check(_ assertion: Assertion, revision: Int?, with known: any AssertionKnowledge) throws {
    let isGlobal = provenance == "global-upload"
    let about =
      "\(type) assertion" + (isGlobal ? "" : " with provenance \(quoted(provenance))")
      + " for snap id \(quoted(snapID))"
    if isGlobal, !known.isTrusted(account: assertion.authorityID) {
      throw AssertionCheckError("\(about) is not signed by a store: \(assertion.authorityID)")
    }
    guard try known.knows(account: developerID) else {
      throw AssertionCheckError(
        "\(about) does not have a matching account assertion for the developer \(quoted(developerID))")
    }
    let key = AssertionReference(.snapDeclaration, ["16", snapID])
    guard let declared = try known.assertion(key), let declaration = declared.value as? SnapDeclaration else {
      throw AssertionCheckError("\(about) does not have a matching snap-declaration assertion")
    }
    if isGlobal {
      guard declared.authorityID == assertion.authorityID else {
        throw AssertionCheckError(
          "\(about) is not signed by the store that declares the snap, \(quoted(declared.authorityID)): "
            + assertion.authorityID)
      }
      return
    }
    let isAuthorised = declaration.revisionAuthorities.contains { authority in
      authority.accountID == assertion.authorityID && authority.provenances.contains(provenance)
        && (revision.map(authority.revisions.contains) ?? true)
    }
    guard isAuthorised else {
      throw AssertionCheckError("\(about) is not signed by an authorized authority: \(assertion.authorityID)")
    }
  }
}

extension HeaderReader {
  func provenance() throws(AssertionError) -> String {
    guard has("provenance") else { return "global-upload" }
    return try matching("provenance", TextForm.model)
  }

  func requiredInteger(_ name: String, atLeast least: Int = 0) throws(AssertionError) -> Int {
    try integer(name, default: nil, atLeast: least)
  }

  /// A number that is part of a primary key: kept as it is written.
  func sequence(_ name: String) throws(AssertionError) -> Int { try integer(name, atLeast: 1) }
}

/// A developer says how a snap was built.
public struct SnapBuild: AssertionValue {
  public let digest: String
  public let snapID: String
  public let grade: String
  public let size: Int
  public let timestamp: Timestamp?

  public init(_ content: AssertionContent) throws(AssertionError) {
    let headers = content.headers
    digest = try headers.digest("snap-sha3-384")
    snapID = try headers.notEmpty("snap-id")
    grade = try headers.oneOf("grade", ["devel", "stable"])
    size = try headers.integer("snap-size")
    timestamp = try headers.time("timestamp")
  }
}

/// Who may upload revisions of a snap.
public struct SnapDeveloper: AssertionValue {
  public let snapID: String
  public let publisherID: String
  /// By account; when each may.
  public let developers: [String: [(since: Timestamp, until: Timestamp?)]]

  public init(_ content: AssertionContent) throws(AssertionError) {
    let headers = content.headers
    snapID = try headers.notEmpty("snap-id")
    publisherID = try headers.notEmpty("publisher-id")
    var developers: [String: [(since: Timestamp, until: Timestamp?)]] = [:]
    for (index, map) in (try headers.maps("developers") ?? []).enumerated() {
      let item = HeaderReader(map, place: "in \"developers\" item \(index + 1)")
      let id = try item.matching("developer-id", TextForm.accountID)
      developers[id, default: []].append(
        try HeaderReader(map, place: "in \"developers\" item for \(quoted(id))").period())
    }
    self.developers = developers
  }

  public var prerequisites: [AssertionReference] {
    [AssertionReference(.snapDeclaration, ["16", snapID])]
      + ([publisherID] + developers.keys.sorted()).map { AssertionReference(.account, [$0]) }
  }

  public func check(_ assertion: Assertion, with known: any AssertionKnowledge) throws {
    let about = "snap-developer assertion for snap id \(quoted(snapID))"
    guard known.isTrusted(account: assertion.authorityID) || assertion.authorityID == publisherID else {
      throw AssertionCheckError(
        "snap-developer must be signed by the publisher or a trusted authority but got authority "
          + "\(quoted(assertion.authorityID)) and publisher \(quoted(publisherID))")
    }
    let key = ["16", snapID]
    guard let declaration = try known.value(.snapDeclaration, key, as: SnapDeclaration.self) else {
      throw AssertionCheckError("\(about) does not have a matching snap-declaration assertion")
    }
    // Without this a signer could name itself the publisher.
    guard known.isTrusted(account: assertion.authorityID) || declaration.publisherID == publisherID else {
      throw AssertionCheckError("\(about) is not signed by the publisher of the snap")
    }
    guard try known.knows(account: publisherID) else {
      throw AssertionCheckError(
        "\(about) does not have a matching account assertion for the publisher \(quoted(publisherID))")
    }
    for developer in developers.keys.sorted() where try !known.knows(account: developer) {
      throw AssertionCheckError(
        "\(about) does not have a matching account assertion for the developer \(quoted(developer))")
    }
  }
}

/// The publisher of one snap has tried a revision of another.
public struct Validation: AssertionValue {
  public let snapID: String
  public let approvedSnapID: String
  public let approvedRevision: Int
  public let isRevoked: Bool
  public let timestamp: Timestamp?

  public init(_ content: AssertionContent) throws(AssertionError) {
    let headers = content.headers
    _ = try headers.series()
    snapID = try headers.notEmpty("snap-id")
    approvedSnapID = try headers.notEmpty("approved-snap-id")
    approvedRevision = try headers.requiredInteger("approved-snap-revision", atLeast: 1)
    isRevoked = try headers.boolean("revoked")
    timestamp = try headers.time("timestamp")
  }

  public var prerequisites: [AssertionReference] {
    [snapID, approvedSnapID].map { AssertionReference(.snapDeclaration, ["16", $0]) }
  }

  public func check(_ assertion: Assertion, with known: any AssertionKnowledge) throws {
    let about = "validation assertion by snap-id \(quoted(snapID))"
    guard try known.assertion(AssertionReference(.snapDeclaration, ["16", approvedSnapID])) != nil else {
      throw AssertionCheckError(
        "\(about) does not have a matching snap-declaration assertion for approved-snap-id \(quoted(approvedSnapID))")
    }
    guard let gating = try known.value(.snapDeclaration, ["16", snapID], as: SnapDeclaration.self) else {
      throw AssertionCheckError("\(about) does not have a matching snap-declaration assertion")
    }
    guard gating.publisherID == assertion.authorityID else {
      throw AssertionCheckError(
        "validation assertion by snap \(quoted(gating.snapName)) (id \(quoted(snapID))) not signed by its publisher")
    }
  }
}
