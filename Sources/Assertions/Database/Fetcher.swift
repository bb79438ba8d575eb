public import Time

/// Where assertions come from: a store, a stream of them, a directory.
public protocol AssertionSource {
  /// - Throws: ``AssertionNotFound`` when it has none.
  func assertion(_ reference: AssertionReference) throws -> Assertion
}

/// Brings assertions into a database with what they need: prerequisites first, the keys that signed them among them.
/// Source: `spec/assertions-and-store.md` §3.
public struct AssertionFetcher {
  private let database: AssertionDatabase
  private let source: any AssertionSource
  private let now: Timestamp
  private var fetched: Set<AssertionReference> = []
  private var pending: Set<AssertionReference> = []
  /// What was added, in order.
  public private(set) var added: [Assertion] = []

  /// Prerequisites that need prerequisites; no real chain is longer than a few.
  static let depthLimit = 32
  /// Assertions that one fetcher takes, so that a source that invents them comes to an end.
  static let countLimit = 10_000

  public init(database: AssertionDatabase, source: any AssertionSource, now: Timestamp) {
    self.database = database
    self.source = source
    self.now = now
  }

  /// Fetches an assertion, unless it is known.
  public mutating func fetch(_ reference: AssertionReference) throws { try fetch(reference, depth: 0) }

  /// Takes an assertion that came by another way, and fetches what it needs.
  public mutating func save(_ assertion: Assertion) throws { try save(assertion, depth: 0) }

  private mutating func fetch(_ reference: AssertionReference, depth: Int) throws {
    guard !fetched.contains(reference), try database.assertion(reference) == nil else { return }
    let assertion: Assertion
    do { assertion = try source.assertion(reference) } catch let error as AssertionNotFound {
      guard depth > 0 else { throw error }
      throw AssertionError("cannot resolve prerequisite assertion: \(error)")
    }
    guard assertion.reference == reference else {
      throw AssertionError("cannot use \(assertion.reference) as \(reference)")
    }
    try save(assertion, depth: depth)
  }

  private mutating func save(_ assertion: Assertion, depth: Int) throws {
    let reference = assertion.reference
    guard depth < Self.depthLimit, fetched.count < Self.countLimit else {
      throw AssertionError("cannot fetch \(reference): it needs too many other assertions")
    }
    guard pending.insert(reference).inserted else {
      throw AssertionError("circular assertions are not expected: \(reference)")
    }
    defer { pending.remove(reference) }
    for needed in assertion.value.prerequisites { try fetch(needed, depth: depth + 1) }
    if assertion.type.hasAuthority {
      try fetch(AssertionReference(.accountKey, [assertion.signKeyID]), depth: depth + 1)
    }
    do {
      try database.add(assertion, now: now)
      added.append(assertion)
    } catch let error as AssertionRevisionError where error.current == error.used {
      // Known already.
    }
    fetched.insert(reference)
  }
}

/// Assertions that came together, in any order: each is found by the others as they are added.
public struct AssertionBatch: AssertionSource {
  private var assertions: [AssertionReference: Assertion] = [:]
  private var order: [AssertionReference] = []

  public init(_ assertions: some Sequence<Assertion> = []) {
    for assertion in assertions {
      let reference = assertion.reference
      if let other = self.assertions[reference], other.revision >= assertion.revision { continue }
      if self.assertions.updateValue(assertion, forKey: reference) == nil { order.append(reference) }
    }
  }

  public func assertion(_ reference: AssertionReference) throws -> Assertion {
    guard let assertion = assertions[reference] else { throw AssertionNotFound(reference) }
    return assertion
  }

  /// Adds all of them, each after what it needs.
  ///
  /// First all are checked in a database in memory on top: either all are added, or, when one is refused, none.
  /// - Returns: what was new.
  @discardableResult
  public func commit(to database: AssertionDatabase, now: Timestamp) throws -> [Assertion] {
    let trial = try database.trial()
    var fetcher = AssertionFetcher(database: trial, source: self, now: now)
    for reference in order {
      guard let assertion = assertions[reference] else { continue }
      // What is known already, or a newer one, stays: adding again does no harm.
      do { try fetcher.save(assertion) } catch is AssertionRevisionError {}
    }
    for assertion in fetcher.added {
      do { try database.add(assertion, now: now) } catch let error as AssertionRevisionError
        where error.current == error.used
      {}
    }
    return fetcher.added
  }
}

extension AssertionDatabase {
  /// The same, but what is added is kept in memory and forgotten.
  public func trial() throws -> AssertionDatabase {
    try copy(backstore: LayeredBackstore(below: keptAssertions))
  }
}

/// What is put in stays in memory, above what is there.
struct LayeredBackstore: AssertionBackstore {
  let below: any AssertionBackstore
  private let above = MemoryBackstore()

  init(below: any AssertionBackstore) { self.below = below }

  func put(_ assertion: Assertion) throws {
    if let current = try below.find(assertion.reference, maximumFormat: .max), current.revision >= assertion.revision {
      throw AssertionRevisionError(current: current.revision, used: assertion.revision)
    }
    try above.put(assertion)
  }

  func replace(_ assertion: Assertion) { above.replace(assertion) }

  func find(_ reference: AssertionReference, maximumFormat: Int) throws -> Assertion? {
    try above.find(reference, maximumFormat: maximumFormat) ?? below.find(reference, maximumFormat: maximumFormat)
  }

  func search(_ type: AssertionType, _ headers: [String: String], maximumFormat: Int) throws -> [Assertion] {
    let upper = try above.search(type, headers, maximumFormat: maximumFormat)
    let lower = try below.search(type, headers, maximumFormat: maximumFormat).filter {
      try above.find($0.reference, maximumFormat: maximumFormat) == nil
    }
    return (upper + lower).sortedByKey
  }
}
