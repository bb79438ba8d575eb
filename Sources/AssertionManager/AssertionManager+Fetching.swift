public import Assertions

/// Assertions of elsewhere. Source: `spec/assertions-and-store.md` §3.
extension AssertionManager {
  /// Fetches assertions with what they need: all of it is added, or, when something is refused, nothing.
  ///
  /// - Returns: what is new.
  /// - Throws: ``AssertionNotFound`` for the one that was asked for, what the source throws, and what
  ///   ``AssertionDatabase/add(_:now:)`` throws.
  @discardableResult
  public func fetch(_ references: [AssertionReference], from source: any AssertionSource) throws -> [Assertion] {
    let database = try database
    var fetcher = AssertionFetcher(database: try database.trial(), source: source, now: now)
    for reference in references { try fetcher.fetch(reference) }
    return try keep(fetcher.added, in: database)
  }

  /// Fetches newer revisions of assertions that may be known already.
  ///
  /// - Returns: what is new.
  @discardableResult
  public func update(_ references: [AssertionReference], from source: any AssertionSource) throws -> [Assertion] {
    let database = try database
    var fetcher = AssertionFetcher(database: try database.trial(), source: source, now: now)
    for reference in references {
      let assertion = try source.assertion(reference)
      guard assertion.reference == reference else {
        throw AssertionError("cannot use \(assertion.reference) as \(reference)")
      }
      if let known = try database.assertion(reference), known.revision >= assertion.revision { continue }
      try fetcher.save(assertion)
    }
    return try keep(fetcher.added, in: database)
  }

  private func keep(_ assertions: [Assertion], in database: AssertionDatabase) throws -> [Assertion] {
    defer { if !assertions.isEmpty { advance() } }
    for assertion in assertions {
      do { try database.add(assertion, now: now) } catch let error as AssertionRevisionError
        where error.current >= error.used
      {}
    }
    return assertions
  }

  /// The declaration of a snap, if who signed it is still trusted: with a root everything goes that it vouched for.
  public func declaration(of snapID: String) throws -> (assertion: Assertion, value: SnapDeclaration)? {
    try believed(AssertionReference(.snapDeclaration, ["16", snapID]), as: SnapDeclaration.self)
  }

  /// An account, if who signed it is still trusted.
  public func account(_ id: String) throws -> Account? {
    try believed(AssertionReference(.account, [id]), as: Account.self)?.value
  }

  /// An assertion that is known and still believed.
  public func believed(_ reference: AssertionReference) throws -> Assertion? {
    let database = try database
    return try database.assertion(reference).flatMap { database.isVouchedFor($0) ? $0 : nil }
  }

  /// The same, of a type.
  func believed<Value: AssertionValue>(
    _ reference: AssertionReference, as type: Value.Type
  ) throws -> (assertion: Assertion, value: Value)? {
    guard let found = try believed(reference), let value = found.value as? Value else { return nil }
    return (found, value)
  }
}
