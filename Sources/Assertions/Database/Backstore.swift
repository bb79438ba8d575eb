/// Where assertions are kept. Whoever has one sees to it that one caller at a time puts something in.
public protocol AssertionBackstore: Sendable {
  /// Keeps an assertion beside those of other formats, in place of the one with its key and format.
  ///
  /// - Throws: ``AssertionRevisionError`` unless it is newer than what is there.
  func put(_ assertion: Assertion) throws

  /// Keeps an assertion in place of all with its key, whatever their revisions: they are not believed any more.
  func replace(_ assertion: Assertion) throws

  /// The newest revision in a format that is understood.
  func find(_ reference: AssertionReference, maximumFormat: Int) throws -> Assertion?

  /// The newest revision of each that has these headers.
  func search(_ type: AssertionType, _ headers: [String: String], maximumFormat: Int) throws -> [Assertion]
}

extension AssertionBackstore {
  /// For those whose roots never go.
  public func replace(_ assertion: Assertion) throws { try put(assertion) }

  /// The member of a sequence that follows another.
  ///
  /// - Parameters:
  ///   - key: the primary key without the number.
  ///   - after: the other's number; nil for the last of all.
  public func sequenceMember(
    _ type: AssertionType, _ key: [String], after number: Int?, maximumFormat: Int
  ) throws -> Assertion? {
    let headers = Dictionary(zip(type.primaryKey, key).map { ($0, $1) }, uniquingKeysWith: { $1 })
    let members = try search(type, headers, maximumFormat: maximumFormat).compactMap { member in
      member.reference.key.last.flatMap(Int.init).map { ($0, member) }
    }
    guard let number else { return members.max { $0.0 < $1.0 }?.1 }
    return members.filter { $0.0 > number }.min { $0.0 < $1.0 }?.1
  }
}

extension Assertion {
  /// Whether it has all these headers, as texts. What may be left out counts as what it then is.
  public func matches(_ filter: [String: String]) -> Bool {
    filter.allSatisfy { name, wanted in
      (headers[name]?.text ?? type.optionalKeys[name])?.utf8.elementsEqual(wanted.utf8) ?? false
    }
  }
}
