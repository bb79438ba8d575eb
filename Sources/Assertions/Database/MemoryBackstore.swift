internal import Synchronization

/// Assertions in memory: those that are trusted, those that are being gathered, and tests'.
public final class MemoryBackstore: AssertionBackstore {
  private let kept = Mutex<[AssertionReference: [Int: Assertion]]>([:])

  public init() {}

  public func put(_ assertion: Assertion) throws {
    try kept.withLock { kept in
      let reference = assertion.reference
      if let current = kept[reference]?.values.map(\.revision).max(), current >= assertion.revision {
        throw AssertionRevisionError(current: current, used: assertion.revision)
      }
      kept[reference, default: [:]][assertion.format] = assertion
    }
  }

  public func replace(_ assertion: Assertion) {
    kept.withLock { $0[assertion.reference] = [assertion.format: assertion] }
  }

  /// All of them, in all formats.
  var all: [Assertion] { kept.withLock { $0.values.flatMap(\.values) } }

  public func find(_ reference: AssertionReference, maximumFormat: Int) throws -> Assertion? {
    kept.withLock { $0[reference]?.values.newest(maximumFormat) }
  }

  public func search(_ type: AssertionType, _ headers: [String: String], maximumFormat: Int) throws -> [Assertion] {
    kept.withLock { kept in
      kept.filter { $0.key.type == type }.values.compactMap { $0.values.newest(maximumFormat) }
    }.filter { $0.matches(headers) }.sortedByKey
  }
}

extension Sequence<Assertion> {
  /// The newest revision in a format that is understood.
  func newest(_ maximumFormat: Int) -> Assertion? {
    filter { $0.format <= maximumFormat }.max { $0.revision < $1.revision }
  }

  var sortedByKey: [Assertion] {
    sorted { $0.reference.key.lexicographicallyPrecedes($1.reference.key) }
  }
}
