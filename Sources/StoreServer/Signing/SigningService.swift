internal import Assertions
internal import ByteText
internal import Interfaces
internal import Snap
internal import StoreState
internal import Time

/// Makes what the store signs, and judges what others have signed. Everything it makes or takes is kept, so that devices
/// can ask for it.
///
/// Nothing here is called inside a transaction of the state: a signature takes some milliseconds, or a card's time.
final class SigningService: Sendable {
  /// The store's account: who signs.
  let authorityID: String
  private let state: any StoreState
  private let keys: StoreKeys
  private let now: @Sendable () -> Timestamp
  /// Judges assertions with the trust that devices of this store have.
  let database: AssertionDatabase

  /// - Parameters:
  ///   - roots: the store's account and its root keys, as devices have them in `trusted.d`.
  ///   - now: what time it is.
  init(
    authorityID: String, roots: [Assertion], state: any StoreState, keys: StoreKeys,
    now: @escaping @Sendable () -> Timestamp
  ) throws {
    self.authorityID = authorityID
    self.state = state
    self.keys = keys
    self.now = now
    database = try AssertionDatabase(
      trusted: roots, backstore: StateBackstore(state: state), matcher: { KeyConstraint.fits($0, $1) },
      examine: { assertion in
        if let declaration = assertion.value as? SnapDeclaration {
          _ = try Interfaces.DeclarationRules(declaration)
        }
      })
  }

  // MARK: What the store says

  /// Says who an account is.
  @discardableResult
  func sign(_ account: AccountRecord) throws -> Assertion {
    try publish(
      .account,
      [
        "account-id": .text(account.id), "display-name": .text(account.displayName),
        "username": .text(account.username), "validation": .text(account.validation.rawValue),
      ])
  }

  /// Says that a key is an account's.
  ///
  /// - Parameters:
  ///   - request: an account-key-request, whose own signature has been judged (see ``accept(_:of:)``).
  ///   - until: when the key stopped being good; nil when it is.
  @discardableResult
  func signKey(_ request: AccountKeyRequest, until: Timestamp? = nil) throws -> Assertion {
    try signKey(request.publicKey, name: request.name, of: request.accountID, since: request.since, until: until)
  }

  @discardableResult
  func signKey(
    _ key: PublicKey, name: String, of accountID: String, since: Timestamp, until: Timestamp?,
    with role: StoreKeyRecord.Role = .store
  ) throws -> Assertion {
    var headers: Assertions.Headers = [
      "public-key-sha3-384": .text(key.id), "account-id": .text(accountID), "name": .text(name),
      "since": .text(since.wholeSeconds),
    ]
    if let until { headers["until"] = .text(until.wholeSeconds) }
    return try publish(.accountKey, headers, body: key.encoded, with: role)
  }

  /// Says whose a snap is, and what it may.
  @discardableResult
  func sign(_ snap: SnapRecord) throws -> Assertion {
    var headers = snap.declaration
    headers["series"] = .text("16")
    headers["snap-id"] = .text(snap.id)
    headers["snap-name"] = .text(snap.name.rawValue)
    headers["publisher-id"] = .text(snap.publisherID)
    return try publish(.snapDeclaration, headers)
  }

  /// Says that there is no such snap any more: devices take a declaration without a name for that.
  @discardableResult
  func signRevoked(_ snap: SnapRecord) throws -> Assertion {
    try publish(
      .snapDeclaration,
      [
        "series": .text("16"), "snap-id": .text(snap.id), "snap-name": .text(""),
        "publisher-id": .text(snap.publisherID),
      ])
  }

  /// Says that a file is a revision of a snap.
  ///
  /// - Parameter snap: as it is when the revision is accepted; its publisher is the revision's developer.
  @discardableResult
  func sign(_ revision: RevisionRecord, of snap: SnapRecord) throws -> Assertion {
    try publish(
      .snapRevision,
      [
        "snap-sha3-384": .text(revision.digest.assertionText), "provenance": .text(revision.provenance),
        "snap-id": .text(snap.id), "snap-size": .text(String(revision.size)),
        "snap-revision": .text(String(revision.number)), "developer-id": .text(snap.publisherID),
      ])
  }

  /// Signs and keeps an assertion of any type in the store's name: serials, models and the like.
  ///
  /// Where one is kept that says the same, that one is given back.
  ///
  /// - Parameter headers: all but `authority-id`, `revision` and `timestamp`, which follow.
  func publish(
    _ type: AssertionType, _ headers: Assertions.Headers, body: [UInt8] = [],
    with role: StoreKeyRecord.Role = .store
  ) throws -> Assertion {
    let key = try signingKey(role)
    // Another process may say something of the same at the same time; one after the other is right then.
    for _ in 0..<16 {
      var headers = headers
      headers["authority-id"] = .text(authorityID)
      if type != .accountKey { headers["timestamp"] = .text(now().wholeSeconds) }
      if let reference = AssertionReference(type, headers.compactMapValues(\.text)) {
        let kept = try state.read {
          try $0.assertion(type.rawValue, key: reference.key, maximumFormat: .max)
        }?.decoded()
        if let kept {
          if kept.signKeyID == key.publicKey.id, kept.body == body, Self.saysTheSame(kept.headers, headers) {
            return kept
          }
          headers["revision"] = .text(String(kept.revision + 1))
        }
      }
      let assertion = try Assertion.sign(type, headers, body: body, with: key, at: now())
      if try state.write({ try $0.put(StoredAssertion(assertion)) }) { return assertion }
    }
    throw SigningError("cannot sign \(type): others change it all the time")
  }

  /// Whether headers say the same but for when, by which key and how often they were signed.
  private static func saysTheSame(_ kept: Assertions.Headers, _ new: Assertions.Headers) -> Bool {
    let made: Set = ["type", "format", "revision", "timestamp", "sign-key-sha3-384", "body-length"]
    let optional = ["provenance": "global-upload"]
    func content(_ headers: Assertions.Headers) -> Assertions.Headers {
      headers.filter { name, value in
        !made.contains(name) && (optional[name] == nil || optional[name] != value.text) && value != .list([])
          && value != .map([:])
      }
    }
    return content(kept) == content(new)
  }

  /// The key that signs in a role now.
  func signingKey(_ role: StoreKeyRecord.Role) throws -> any SigningKey {
    let found = try state.read { try $0.storeKeys() }.first { $0.role == role && $0.revokedAt == nil }
    guard let found else { throw SigningError("cannot sign: the store has no \(role.rawValue) key") }
    return try keys.key(id: found.id)
  }

  // MARK: What others say

  /// Reads an assertion that somebody sent and judges it: signature, key, times, and whether it fits with what is known.
  ///
  /// - Parameter types: those that are welcome.
  /// - Throws: sentences for who sent it.
  func check(_ bytes: [UInt8], of types: Set<AssertionType>) throws -> Assertion {
    let assertion = try Assertion.decode(bytes)
    guard types.contains(assertion.type) else {
      throw SigningError("cannot accept assertion: \(assertion.type) assertions are not expected here")
    }
    try database.check(assertion, now: now())
    return assertion
  }

  /// The same, and keeps it: `snap-build`, `validation-set`, `model`. One that is kept already is accepted again.
  ///
  /// - Throws: `AssertionRevisionError` when something newer is kept.
  func accept(_ bytes: [UInt8], of types: Set<AssertionType>) throws -> Assertion {
    let assertion = try check(bytes, of: types)
    let isKept = try state.write { state in
      if try state.put(StoredAssertion(assertion)) { return true }
      return try state.assertion(assertion)?.bytes == assertion.encoded
    }
    guard isKept else {
      let current = try state.read { try $0.assertion(assertion) }?.revision ?? assertion.revision
      throw AssertionRevisionError(current: current, used: assertion.revision)
    }
    return assertion
  }
}

/// Why something is not signed or not taken.
struct SigningError: Error, Hashable, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }
}
