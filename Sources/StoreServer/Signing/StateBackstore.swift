internal import Assertions
internal import StoreState

/// The store's assertions as a database of them sees them.
struct StateBackstore: AssertionBackstore {
  let state: any StoreState

  func put(_ assertion: Assertion) throws {
    let kept = try state.write { state in
      try state.put(StoredAssertion(assertion)) ? nil : try state.assertion(assertion)
    }
    if let kept { throw AssertionRevisionError(current: kept.revision, used: assertion.revision) }
  }

  func find(_ reference: AssertionReference, maximumFormat: Int) throws -> Assertion? {
    try state.read {
      try $0.assertion(reference.type.rawValue, key: reference.key, maximumFormat: maximumFormat)
    }?.decoded()
  }

  func search(_ type: AssertionType, _ headers: [String: String], maximumFormat: Int) throws -> [Assertion] {
    let indexed = StoredAssertion.indexed(type).first { headers[$0] != nil }
    let found = try state.read { state in
      if let reference = AssertionReference(type, headers) {
        return try state.assertion(type.rawValue, key: reference.key, maximumFormat: maximumFormat).map { [$0] } ?? []
      }
      return try state.assertions(
        type.rawValue, header: indexed.flatMap { name in headers[name].map { (name, $0) } },
        maximumFormat: maximumFormat)
    }
    return try found.map { try $0.decoded() }.filter { $0.matches(headers) }
  }
}

extension AssertionReader {
  /// What is kept with the key of an assertion, in any format.
  func assertion(_ assertion: Assertion) throws -> StoredAssertion? {
    try self.assertion(assertion.type.rawValue, key: assertion.reference.key, maximumFormat: .max)
  }
}
