public import Time

/// What a type is made from.
public struct AssertionContent: Sendable {
  let type: AssertionType
  let headers: HeaderReader
  let body: [UInt8]
  let format: Int

  /// Who signed.
  var authorityID: String { headers.headers["authority-id"]?.text ?? "" }

  /// For types whose text says who has to sign: `model assertions are expected to be signed by the brand`.
  func requireAuthority(_ header: String, _ who: String) throws(AssertionError) -> String {
    let wanted = try headers.notEmpty(header)
    guard authorityID == wanted else {
      throw AssertionError(
        "authority-id and \(header) must match, \(type) assertions are expected to be signed by the \(who): "
          + "\(quoted(authorityID)) != \(quoted(wanted))")
    }
    return wanted
  }
}

/// The headers of one type of assertion as values.
public protocol AssertionValue: Sendable {
  /// - Throws: ``AssertionError`` naming the header that is not what it has to be.
  init(_ content: AssertionContent) throws(AssertionError)

  /// What has to be known before this is of use, beside the key that signed it.
  var prerequisites: [AssertionReference] { get }

  /// When it was made, for types that say so: the key has to have been valid then.
  var timestamp: Timestamp? { get }

  /// For types without authority whose headers or body have the key that signs: that key.
  var ownKey: PublicKey? { get }

  /// Whether it fits with what is known.
  ///
  /// - Throws: ``AssertionCheckError`` saying what does not fit.
  func check(_ assertion: Assertion, with known: any AssertionKnowledge) throws
}

extension AssertionValue {
  public var prerequisites: [AssertionReference] { [] }
  public var timestamp: Timestamp? { nil }
  public var ownKey: PublicKey? { nil }
  public func check(_ assertion: Assertion, with known: any AssertionKnowledge) throws {}
}

/// What checks may ask.
public protocol AssertionKnowledge {
  /// The newest revision that is known and understood.
  func assertion(_ reference: AssertionReference) throws -> Assertion?
  /// All that have these headers.
  func assertions(_ type: AssertionType, _ headers: [String: String]) throws -> [Assertion]
  /// Whether the machine's administrator trusts an account to vouch for others.
  func isTrusted(account: String) -> Bool
}

extension AssertionKnowledge {
  /// The value of an assertion.
  func value<Value: AssertionValue>(_ type: AssertionType, _ key: [String], as: Value.Type) throws -> Value? {
    try assertion(AssertionReference(type, key))?.value as? Value
  }

  func knows(account: String) throws -> Bool { try assertion(AssertionReference(.account, [account])) != nil }
}

/// Why an assertion is not taken although it is one.
public struct AssertionCheckError: Error, Hashable, Sendable, CustomStringConvertible {
  public let description: String
  init(_ description: String) { self.description = description }
}
