internal import ByteText
internal import Synchronization
public import Time

/// The assertions that are known, and the one way in: what is added has been checked. Source:
/// `spec/assertions-and-store.md` §3.
///
/// Those that are trusted come first, then those that come with the program, then those that were added. No assertion
/// that is added takes the place of one of the first two.
public final class AssertionDatabase: Sendable {
  /// Whether headers fit one of a key's constraints. Source: `spec/assertions-and-store.md` §4, account-key.
  public typealias ConstraintMatcher = @Sendable (_ constraint: HeaderValue, _ headers: Headers) -> Bool

  private let trusted: MemoryBackstore
  private let predefined: MemoryBackstore
  private let trustedAccounts: Set<String>
  private let backstore: any AssertionBackstore
  private let matcher: ConstraintMatcher
  private let examine: @Sendable (Assertion) throws -> Void
  /// The lock of what adds: between a check and its act nothing else is added. Its value is the earliest time that is
  /// taken for now, for machines whose clock is wrong before they have asked for the time.
  private let earliestTime = Mutex<Timestamp?>(nil)

  /// - Parameters:
  ///   - trusted: accounts and keys that are believed because the administrator or the packager says so.
  ///   - predefined: what comes with the program.
  ///   - backstore: what was added.
  ///   - matcher: judges keys that may not sign everything; without one, they may sign nothing.
  ///   - examine: looks at what is not read here, the rules of declarations; throws to refuse.
  /// - Throws: when something is trusted or predefined twice.
  public init(
    trusted: [Assertion] = [], predefined: [Assertion] = [], backstore: any AssertionBackstore = MemoryBackstore(),
    matcher: @escaping ConstraintMatcher = { _, _ in false },
    examine: @escaping @Sendable (Assertion) throws -> Void = { _ in }
  ) throws {
    self.trusted = MemoryBackstore()
    self.predefined = MemoryBackstore()
    for assertion in trusted {
      guard assertion.type == .account || assertion.type == .accountKey else {
        throw AssertionError("cannot trust assertions of type \(quoted(assertion.type.rawValue))")
      }
      try self.trusted.put(assertion)
    }
    for assertion in predefined { try self.predefined.put(assertion) }
    trustedAccounts = Set(trusted.compactMap { ($0.value as? Account)?.id })
    self.backstore = backstore
    self.matcher = matcher
    self.examine = examine
  }

  /// Where what was added is kept.
  var keptAssertions: any AssertionBackstore { backstore }

  /// Another with the same trust.
  func copy(backstore: any AssertionBackstore) throws -> AssertionDatabase {
    let copy = try AssertionDatabase(
      trusted: trusted.all, predefined: predefined.all, backstore: backstore, matcher: matcher,
      examine: examine)
    copy.setEarliestTime(earliestTime.withLock { $0 })
    return copy
  }

  /// Says that it is at least so late, whatever the clock says.
  public func setEarliestTime(_ time: Timestamp?) { earliestTime.withLock { $0 = time } }

  // MARK: Finding

  /// The newest revision in a format that is understood.
  ///
  /// - Parameter maximumFormat: at most this one; nil for all that are understood.
  /// - Throws: ``AssertionNotFound``.
  public func find(_ reference: AssertionReference, maximumFormat: Int? = nil) throws -> Assertion {
    let format = maximumFormat ?? reference.type.maximumFormat
    for store in [trusted, predefined, backstore] as [any AssertionBackstore] {
      if let found = try store.find(reference, maximumFormat: format) { return found }
    }
    throw AssertionNotFound(reference)
  }

  /// The one that has these headers, which have to be at least the primary key.
  public func find(_ type: AssertionType, _ headers: [String: String]) throws -> Assertion {
    guard let reference = AssertionReference(type, headers) else {
      let missing = type.primaryKey.first { headers[$0] == nil && type.optionalKeys[$0] == nil } ?? ""
      throw AssertionError("must provide primary key: \(missing)")
    }
    let found = try find(reference)
    guard found.matches(headers) else { throw AssertionNotFound(type, headers) }
    return found
  }

  /// The value of an assertion.
  public func value<Value: AssertionValue>(
    _ type: AssertionType, _ key: [String], as: Value.Type = Value.self
  ) throws -> Value {
    guard let value = try find(AssertionReference(type, key)).value as? Value else {
      throw AssertionNotFound(AssertionReference(type, key))
    }
    return value
  }

  /// All that have these headers, by their keys.
  ///
  /// - Throws: ``AssertionNotFound`` when there is none.
  public func findMany(
    _ type: AssertionType, _ headers: [String: String] = [:], maximumFormat: Int? = nil
  ) throws -> [Assertion] {
    let found = try all(type, headers, maximumFormat: maximumFormat)
    guard !found.isEmpty else { throw AssertionNotFound(type, headers) }
    return found
  }

  private func all(_ type: AssertionType, _ headers: [String: String], maximumFormat: Int?) throws -> [Assertion] {
    let format = maximumFormat ?? type.maximumFormat
    var found: [AssertionReference: Assertion] = [:]
    for store in [trusted, predefined, backstore] as [any AssertionBackstore] {
      for assertion in try store.search(type, headers, maximumFormat: format) where found[assertion.reference] == nil {
        found[assertion.reference] = assertion
      }
    }
    return found.values.sortedByKey
  }

  /// The member of a sequence behind another; the last of all when none is named.
  ///
  /// - Parameter key: the primary key without the number.
  public func sequenceMember(_ type: AssertionType, _ key: [String], after number: Int? = nil) throws -> Assertion {
    guard type.isSequence, key.count == type.primaryKey.count - 1 else {
      throw AssertionError("internal error: \(type) is no sequence with \(key.count + 1) parts of its key")
    }
    guard
      let found = try backstore.sequenceMember(type, key, after: number, maximumFormat: type.maximumFormat)
    else {
      throw AssertionNotFound(type, Dictionary(zip(type.primaryKey, key).map { ($0, $1) }, uniquingKeysWith: { $1 }))
    }
    return found
  }

  /// Whether an account is believed without anybody else's word.
  public func isTrusted(account: String) -> Bool { trustedAccounts.contains(account) }

  /// The accounts that are believed.
  public var trustedAuthorities: [String] { trustedAccounts.sorted() }

  // MARK: Adding

  /// Checks an assertion and keeps it.
  ///
  /// - Parameter now: the time.
  /// - Throws: ``AssertionRevisionError`` when it is known already, ``UnsupportedFormatError``, ``AssertionNotFound``
  ///   and ``AssertionCheckError`` when it cannot be believed.
  public func add(_ assertion: Assertion, now: Timestamp) throws {
    try earliestTime.withLock { earliest in
      let reference = assertion.reference
      guard !assertion.isBuiltin, !assertion.type.primaryKey.isEmpty else {
        throw AssertionError("cannot add \(quoted(assertion.type.rawValue)) assertion: it is not for keeping")
      }
      let isSupported = assertion.format <= assertion.type.maximumFormat
      if isSupported { try check(assertion, now: max(now, earliest ?? now)) }
      for (store, kind) in [(trusted, "trusted"), (predefined, "predefined")] {
        guard try store.find(reference, maximumFormat: .max) == nil else {
          throw AssertionCheckError(
            "cannot add \(quoted(assertion.type.rawValue)) assertion with primary key clashing with a \(kind) "
              + "assertion: \(reference.key)")
        }
      }
      guard isSupported else {
        // What is understood is kept in use; the newer one is of no use and is not believed.
        let current = try backstore.find(reference, maximumFormat: assertion.type.maximumFormat)
        throw UnsupportedFormatError(reference: reference, format: assertion.format, isUpdate: current != nil)
      }
      // Of whom nobody vouches for any more nothing is left to be in the way: neither a snap nor a number.
      if let old = try backstore.find(reference, maximumFormat: .max), assertion.type.hasAuthority, !isVouchedFor(old) {
        try backstore.replace(assertion)
      } else {
        try backstore.put(assertion)
      }
    }
  }

  /// Whether an assertion could be added: signature, key, times, and whether it fits with what is known.
  public func check(_ assertion: Assertion, now: Timestamp) throws {
    guard assertion.format <= assertion.type.maximumFormat else {
      throw UnsupportedFormatError(reference: assertion.reference, format: assertion.format, isUpdate: false)
    }
    if assertion.isBuiltin { return }
    if assertion.type.hasAuthority {
      let key = try signingKey(of: assertion)
      try SigningChecks.validity(of: key, now: now, assertion)
      try SigningChecks.signature(assertion, key, matcher)
      try SigningChecks.times(assertion, key)
    } else {
      try SigningChecks.ownSignature(assertion, try ownKey(of: assertion))
    }
    try assertion.value.check(assertion, with: self)
    try examine(assertion)
  }

  /// The key that an assertion says it is signed with, if it is one of the account that it says it is signed by, and
  /// if who vouches for it is still trusted: with a root all keys go that it vouched for.
  private func signingKey(of assertion: Assertion) throws -> AccountKey {
    let complaint = AssertionCheckError(
      "no matching public key \(quoted(assertion.signKeyID)) for signature by \(quoted(assertion.authorityID))")
    guard let found = try? find(AssertionReference(.accountKey, [assertion.signKeyID])),
      let key = found.value as? AccountKey, key.accountID == assertion.authorityID,
      try isTrusted(account: found.authorityID) || predefined.find(found.reference, maximumFormat: .max) != nil
    else { throw complaint }
    return key
  }

  /// Whether who signed an assertion that was kept is still trusted: a root may have been taken away since.
  public func isVouchedFor(_ assertion: Assertion) -> Bool {
    if assertion.isBuiltin { return true }
    for store in [trusted, predefined] where (try? store.find(assertion.reference, maximumFormat: .max)) != nil {
      return true
    }
    return assertion.type.hasAuthority && (try? signingKey(of: assertion)) != nil
  }

  private func ownKey(of assertion: Assertion) throws -> PublicKey {
    if let key = assertion.value.ownKey { return key }
    var serial: [String]?
    switch assertion.value {
    case let request as DeviceSessionRequest: serial = [request.brandID, request.model, request.serial]
    case let control as ConfdbControl: serial = [control.brandID, control.model, control.serial]
    case let answer as ResponseMessage: serial = [answer.device.brandID, answer.device.model, answer.device.serial]
    default: break
    }
    guard let serial else {
      throw AssertionCheckError("cannot check no-authority assertion type \(quoted(assertion.type.rawValue))")
    }
    return try value(.serial, serial, as: Serial.self).deviceKey
  }
}

/// What checks, and who fetches, know: what a root vouched for that was taken away since is as if it had never come.
extension AssertionDatabase: AssertionKnowledge {
  public func assertion(_ reference: AssertionReference) throws -> Assertion? {
    do {
      let found = try find(reference)
      return counts(found) ? found : nil
    } catch is AssertionNotFound { return nil }
  }

  public func assertions(_ type: AssertionType, _ headers: [String: String]) throws -> [Assertion] {
    try all(type, headers, maximumFormat: nil).filter(counts)
  }

  private func counts(_ assertion: Assertion) -> Bool { !assertion.type.hasAuthority || isVouchedFor(assertion) }
}
