public import Time

/// Which file a revision of a component is.
public struct SnapResourceRevision: AssertionValue {
  public let snapID: String
  public let name: String
  public let digest: String
  public let provenance: String
  public let size: Int
  public let revision: Int
  public let developerID: String
  public let timestamp: Timestamp?

  public init(_ content: AssertionContent) throws(AssertionError) {
    let headers = content.headers
    snapID = try headers.notEmpty("snap-id")
    name = try headers.matching("resource-name", TextForm.name)
    digest = try headers.digest("resource-sha3-384")
    provenance = try headers.provenance()
    size = try headers.requiredInteger("resource-size")
    revision = try headers.requiredInteger("resource-revision", atLeast: 1)
    developerID = try headers.notEmpty("developer-id")
    timestamp = try headers.time("timestamp")
  }

  public var prerequisites: [AssertionReference] {
    [AssertionReference(.snapDeclaration, ["16", snapID]), AssertionReference(.account, [developerID])]
  }

  public func check(_ assertion: Assertion, with known: any AssertionKnowledge) throws {
    let about = ProvenancedCheck(
      type: .snapResourceRevision, snapID: snapID, provenance: provenance, developerID: developerID)
    try about.check(assertion, revision: nil, with: known)
  }
}

/// Which revision of a component goes with which of its snap.
public struct SnapResourcePair: AssertionValue {
  public let snapID: String
  public let name: String
  public let revision: Int
  public let snapRevision: Int
  public let provenance: String
  public let developerID: String
  public let timestamp: Timestamp?

  public init(_ content: AssertionContent) throws(AssertionError) {
    let headers = content.headers
    snapID = try headers.notEmpty("snap-id")
    name = try headers.matching("resource-name", TextForm.name)
    revision = try headers.requiredInteger("resource-revision", atLeast: 1)
    snapRevision = try headers.requiredInteger("snap-revision", atLeast: 1)
    provenance = try headers.provenance()
    developerID = try headers.notEmpty("developer-id")
    timestamp = try headers.time("timestamp")
  }

  public var prerequisites: [AssertionReference] {
    [AssertionReference(.snapDeclaration, ["16", snapID]), AssertionReference(.account, [developerID])]
  }

  public func check(_ assertion: Assertion, with known: any AssertionKnowledge) throws {
    let about = ProvenancedCheck(
      type: .snapResourcePair, snapID: snapID, provenance: provenance, developerID: developerID)
    try about.check(assertion, revision: snapRevision, with: known)
  }
}
