internal import Assertions
internal import ByteText
internal import StoreProtocol
internal import StoreState

/// Finds the assertions that devices ask for. Source: `spec/assertions-and-store.md` §6.
struct AssertionAnswers: Sendable {
  /// Assertions in one stream, so that an address stays short enough for everybody between.
  static let streamLimit = 24
  /// Assertions that one action or stream asks for.
  static let queryLimit = 1000

  let known: any DeviceAssertions

  /// Why there is no assertion for an answer.
  enum Failure: Error, Equatable, CustomStringConvertible {
    /// Something is wrong with the question.
    case invalid(String)
    case notFound(type: String, key: [String], isSequence: Bool)

    var description: String {
      switch self {
      case .invalid(let reason): reason
      case .notFound(let type, let key, _): "cannot find assertion \(type) (\(key.joined(separator: "/")))"
      }
    }

    var entry: ErrorListEntry {
      switch self {
      case .invalid(let reason): ErrorListEntry(code: "invalid-request", message: reason)
      case .notFound(let type, let key, let isSequence):
        ErrorListEntry(
          code: .notFound, message: description, type: type, primaryKey: isSequence ? [] : key,
          sequenceKey: isSequence ? key : [])
      }
    }
  }

  // MARK: One assertion

  /// One assertion by its path below `v2/assertions/`.
  ///
  /// - Parameters:
  ///   - path: the type and the primary key, of which parts at the end may be left out that have a default; of a
  ///     member of a sequence without its number.
  ///   - maxFormat: at most this format, decimal; nil for all that are understood.
  ///   - sequence: the number, or `latest`.
  func find(path: [String], maxFormat: String?, sequence: String?) throws -> StoredAssertion {
    guard let name = path.first else { throw Failure.invalid("cannot find an assertion without a type") }
    let type = try type(name)
    var format: Int64?
    if let maxFormat {
      guard let number = number(maxFormat) else {
        throw Failure.invalid("cannot use max-format \(QuotedText.quote(maxFormat)): it is not a number")
      }
      format = number
    }
    var query = AssertionQuery(type: name, key: Array(path.dropFirst()), isSequence: sequence != nil)
    if let sequence, sequence != "latest" {
      guard let number = number(sequence), number > 0 else {
        throw Failure.invalid("cannot use sequence \(QuotedText.quote(sequence)): it is not a number or \"latest\"")
      }
      query.sequence = number
    }
    return try find(query, type, maxFormat: format)
  }

  private func type(_ name: String) throws -> AssertionType {
    guard let type = try? AssertionType(named: name) else {
      throw Failure.invalid("unknown assertion type: \(QuotedText.quote(name))")
    }
    return type
  }

  private func number(_ text: String) -> Int64? {
    text.utf8.allSatisfy(\.isASCIIDigit) ? Int64(text) : nil
  }

  private func find(_ query: AssertionQuery, _ type: AssertionType, maxFormat: Int64?) throws -> StoredAssertion {
    let format = min(type.maximumFormat, maxFormat.map { Int(clamping: $0) } ?? .max)
    guard query.key.allSatisfy({ !$0.isEmpty && !$0.hasByte("/") && $0.utf8.count <= 1024 }) else {
      throw Failure.invalid("cannot use a primary key with empty parts, or a \"/\" in one")
    }
    let failure = Failure.notFound(type: type.rawValue, key: query.key, isSequence: query.isSequence)
    if query.isSequence {
      guard type.isSequence else {
        throw Failure.invalid("cannot use \"sequence\": assertions of type \(type) are in none")
      }
      guard query.key.count == type.primaryKey.count - 1 else { throw wrongKey(type, type.primaryKey.dropLast()) }
      if let number = query.sequence {
        let reference = AssertionReference(type, query.key + ["\(number)"])
        guard let found = try known.find(reference, maximumFormat: format) else { throw failure }
        return found
      }
      guard let found = try known.last(type, sequenceKey: query.key, maximumFormat: format) else {
        throw failure
      }
      return found
    }
    var key = query.key
    for name in type.primaryKey.dropFirst(key.count) { if let value = type.optionalKeys[name] { key.append(value) } }
    guard key.count == type.primaryKey.count else { throw wrongKey(type, type.primaryKey[...]) }
    guard let found = try known.find(AssertionReference(type, key), maximumFormat: format) else { throw failure }
    return found
  }

  private func wrongKey(_ type: AssertionType, _ names: ArraySlice<String>) -> Failure {
    .invalid("cannot find an assertion of type \(type): its key is \(names.joined(separator: "/"))")
  }

  // MARK: The action `fetch-assertions`

  /// What of an action's assertions is newer than what the device has, as addresses of streams.
  func result(_ action: SnapAction, maxFormats: [String: Int64], base: String) throws -> SnapActionResult {
    var (streams, errors): ([String], [ErrorListEntry]) = ([], [])
    var references: [String] = []
    func flush() {
      guard !references.isEmpty else { return }
      streams.append("\(base)v2/assertions/bundle?" + references.joined(separator: "&"))
      references = []
    }
    for query in action.assertions.prefix(Self.queryLimit) {
      do {
        let found = try find(query, type(query.type), maxFormat: maxFormats[query.type])
        guard isNews(found, query) else { continue }
        let key = ([found.type] + found.key).map { PercentCoding.encode($0) }.joined(separator: "/")
        references.append("ref=\(key)")
        if let format = maxFormats[query.type] { references.append("max-format=\(query.type):\(format)") }
        if references.count >= 2 * Self.streamLimit { flush() }
      } catch let failure as Failure {
        var entry = failure.entry
        entry.type = query.type
        if query.isSequence { entry.sequenceKey = query.key } else { entry.primaryKey = query.key }
        errors.append(entry)
      }
    }
    flush()
    var result = SnapActionResult(.assertions(streamURLs: streams, errorList: errors))
    result.key = action.key
    return result
  }

  private func isNews(_ found: StoredAssertion, _ query: AssertionQuery) -> Bool {
    guard query.isSequence, query.sequence == nil, let known = query.ifSequenceEqualOrNewerThan else {
      return query.ifNewerThan.map { found.revision > $0 } ?? true
    }
    let number = found.key.last.flatMap { Int64($0) } ?? 0
    return number > known || (number == known && query.ifNewerThan.map { found.revision > $0 } ?? true)
  }

  // MARK: Streams

  /// Several assertions, one after the other, each behind what it needs when that is wanted too.
  ///
  /// - Parameters:
  ///   - references: each a type and its primary key, the parts joined by `/`.
  ///   - maxFormats: each `TYPE:N`.
  ///   - withPrerequisites: everything that a device needs to believe them comes first. Our own addition.
  func stream(references: [String], maxFormats: [String], withPrerequisites: Bool) throws -> [UInt8] {
    guard !references.isEmpty, references.count <= Self.queryLimit else {
      throw Failure.invalid("cannot send a stream of \(references.count) assertions")
    }
    var formats: [String: Int64] = [:]
    for text in maxFormats {
      let parts = text.byteSplit(":", keepingEmpty: true)
      guard parts.count == 2, let format = number(String(parts[1])) else {
        throw Failure.invalid("cannot use max-format \(QuotedText.quote(text)): it is not TYPE:N")
      }
      formats[String(parts[0])] = format
    }
    var sent: Set<[String]> = []
    var bytes: [UInt8] = []
    func add(_ query: AssertionQuery, depth: Int) throws {
      let found = try find(query, type(query.type), maxFormat: formats[query.type])
      guard sent.insert([found.type] + found.key).inserted else { return }
      if withPrerequisites, depth < 16 {
        let assertion = try found.decoded()
        var needed = assertion.value.prerequisites
        if assertion.type.hasAuthority { needed.append(AssertionReference(.accountKey, [assertion.signKeyID])) }
        for reference in needed {
          // What another authority vouches for need not be here.
          do {
            try add(AssertionQuery(type: reference.type.rawValue, key: reference.key), depth: depth + 1)
          } catch is Failure {}
        }
      }
      if !bytes.isEmpty { bytes.append(UInt8(ascii: "\n")) }
      bytes += found.bytes
      if bytes.last != UInt8(ascii: "\n") { bytes.append(UInt8(ascii: "\n")) }
    }
    for reference in references {
      let parts = reference.byteSplit("/", keepingEmpty: true).map(String.init)
      try add(AssertionQuery(type: parts.first ?? "", key: Array(parts.dropFirst())), depth: 0)
    }
    return bytes
  }
}
