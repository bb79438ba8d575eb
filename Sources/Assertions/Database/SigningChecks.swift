internal import Time

/// What is asked of a signature and of the key that made it. Source: `spec/assertions-and-store.md` §3.
enum SigningChecks {
  static func validity(of key: AccountKey, now: Timestamp, _ assertion: Assertion) throws {
    guard key.isValid(at: now) else {
      throw AssertionCheckError(
        "assertion is signed with expired public key \(quoted(assertion.signKeyID)) from \(quoted(assertion.authorityID))"
      )
    }
  }

  static func signature(
    _ assertion: Assertion, _ key: AccountKey, _ matcher: AssertionDatabase.ConstraintMatcher
  ) throws {
    guard key.accountID == assertion.authorityID, key.publicKey.id == assertion.signKeyID else {
      throw AssertionCheckError(
        "assertion authority \(quoted(assertion.authorityID)) does not match public key from \(quoted(key.accountID))")
    }
    if let constraints = key.constraints, !constraints.contains(where: { matcher($0, assertion.headers) }) {
      throw AssertionCheckError(
        "assertion does not match signing constraints for public key \(quoted(assertion.signKeyID)) from "
          + quoted(assertion.authorityID))
    }
    try verify(assertion, key.publicKey)
  }

  static func ownSignature(_ assertion: Assertion, _ key: PublicKey) throws {
    guard key.id == assertion.signKeyID else {
      throw AssertionCheckError("assertion is signed with another key than its own: \(quoted(assertion.signKeyID))")
    }
    try verify(assertion, key)
  }

  private static func verify(_ assertion: Assertion, _ key: PublicKey) throws {
    do { try key.verify(assertion.content, signature: assertion.signature) } catch {
      throw AssertionCheckError("failed signature verification: \(error)")
    }
  }

  /// What was made at a time needs a key that was good then.
  static func times(_ assertion: Assertion, _ key: AccountKey) throws {
    guard let time = assertion.value.timestamp, !key.isValid(at: time) else { return }
    let until = key.until.map { " until \(quoted($0.wholeSeconds))" } ?? ""
    throw AssertionCheckError(
      "\(assertion.type) assertion timestamp \(quoted(time.wholeSeconds)) outside of signing key validity (key valid since "
        + "\(quoted(key.since.wholeSeconds))\(until))")
  }
}

extension Assertion {
  /// Whether the signature is a key's, and nothing else: for whoever knows by other means whose it has to be.
  public func verify(with key: PublicKey) throws { try SigningChecks.ownSignature(self, key) }
}
