public import Time

/// An account: who publishes or vouches.
public struct Account: AssertionValue {
  public let id: String
  public let displayName: String
  public let username: String
  /// `unproven`, `starred`, `verified` or `certified`.
  public let validation: String
  public let timestamp: Timestamp?

  public init(_ content: AssertionContent) throws(AssertionError) {
    let headers = content.headers
    id = try headers.matching("account-id", TextForm.accountID)
    displayName = try headers.notEmpty("display-name")
    username = try headers.optional("username")
    validation = try headers.oneOf("validation", ["unproven", "starred", "verified", "certified"])
    timestamp = try headers.time("timestamp")
  }

  public func check(_ assertion: Assertion, with known: any AssertionKnowledge) throws {
    guard known.isTrusted(account: assertion.authorityID) else {
      throw AssertionCheckError(
        "account assertion for \(quoted(id)) is not signed by a directly trusted authority: \(assertion.authorityID)")
    }
    try known.requireSameAuthority(assertion)
  }
}

extension AssertionKnowledge {
  /// With several roots side by side, none may take over what another vouches for: what replaces an assertion has to
  /// come from who made it.
  func requireSameAuthority(_ assertion: Assertion) throws {
    guard let current = try self.assertion(assertion.reference), current.authorityID != assertion.authorityID else {
      return
    }
    throw AssertionCheckError(
      "\(assertion.reference) is of authority \(quoted(current.authorityID)) and cannot be replaced by "
        + quoted(assertion.authorityID))
  }
}

/// A key of an account.
public struct AccountKey: AssertionValue {
  public let accountID: String
  public let name: String
  public let since: Timestamp
  /// When it stopped being good; nil while nobody has said so.
  public let until: Timestamp?
  public let publicKey: PublicKey
  /// What it may sign: any of these, each a map with patterns of headers. Nil is everything.
  public let constraints: [HeaderValue]?

  public init(_ content: AssertionContent) throws(AssertionError) {
    let headers = content.headers
    accountID = try headers.notEmpty("account-id")
    // Keys of old have no name.
    name = headers.has("name") ? try headers.matching("name", TextForm.name) : ""
    (since, until) = try headers.period()
    publicKey = try AccountKey.bodyKey(content)
    constraints = try AccountKey.constraints(headers)
    if constraints != nil, content.format < 1 { throw AssertionError("account-key with constraints needs format 1") }
  }

  static func bodyKey(_ content: AssertionContent) throws(AssertionError) -> PublicKey {
    let id = try content.headers.digest("public-key-sha3-384")
    let key: PublicKey
    do { key = try PublicKey(decoding: content.body) } catch {
      throw AssertionError("cannot decode public key: \(error)")
    }
    guard key.id == id else { throw AssertionError("public key does not match provided key id") }
    return key
  }

  private static func constraints(_ headers: HeaderReader) throws(AssertionError) -> [HeaderValue]? {
    guard let maps = try headers.maps("constraints") else { return nil }
    var constraints: [HeaderValue] = []
    for map in maps {
      guard let patterns = map["headers"]?.map else {
        throw AssertionError("account-key assertion constraints must be a list of maps with a \"headers\" map")
      }
      guard patterns["type"]?.text != nil else {
        throw AssertionError("account-key assertion constraints must have a \"type\" header constraint")
      }
      constraints.append(.map(map))
    }
    guard !constraints.isEmpty else { throw AssertionError("\"constraints\" header must not be empty") }
    return constraints
  }

  /// Whether it is good at a time: from `since` to before `until`.
  public func isValid(at time: Timestamp) -> Bool { since <= time && (until.map { time < $0 } ?? true) }

  public var prerequisites: [AssertionReference] { [AssertionReference(.account, [accountID])] }

  public func check(_ assertion: Assertion, with known: any AssertionKnowledge) throws {
    guard known.isTrusted(account: assertion.authorityID) else {
      throw AssertionCheckError(
        "account-key assertion for \(quoted(accountID)) is not signed by a directly trusted authority: "
          + assertion.authorityID)
    }
    guard let account = try known.assertion(AssertionReference(.account, [accountID])) else {
      throw AssertionCheckError(
        "account-key assertion for \(quoted(accountID)) does not have a matching account assertion")
    }
    guard account.authorityID == assertion.authorityID else {
      throw AssertionCheckError(
        "account-key assertion for \(quoted(accountID)) is signed by \(quoted(assertion.authorityID)), and the account "
          + "is vouched for by \(quoted(account.authorityID))")
    }
    try known.requireSameAuthority(assertion)
    guard !name.isEmpty else { return }
    for other in try known.assertions(.accountKey, ["account-id": accountID, "name": name]) {
      guard let other = other.value as? AccountKey, other.publicKey.id != publicKey.id else { continue }
      throw AssertionCheckError(
        "account-key assertion for \(quoted(accountID)) with ID \(quoted(publicKey.id)) has the same name "
          + "\(quoted(name)) as existing ID \(quoted(other.publicKey.id))")
    }
  }
}

/// Somebody asks for a key to be made theirs, and proves to have it.
public struct AccountKeyRequest: AssertionValue {
  public let accountID: String
  public let name: String
  public let since: Timestamp
  public let until: Timestamp?
  public let publicKey: PublicKey
  public var ownKey: PublicKey? { publicKey }

  public init(_ content: AssertionContent) throws(AssertionError) {
    let headers = content.headers
    accountID = try headers.notEmpty("account-id")
    name = try headers.matching("name", TextForm.name)
    (since, until) = try headers.period()
    publicKey = try AccountKey.bodyKey(content)
  }

  public var prerequisites: [AssertionReference] { [AssertionReference(.account, [accountID])] }
}
