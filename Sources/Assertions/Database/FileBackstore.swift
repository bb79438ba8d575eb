internal import ByteText
internal import Glibc
internal import Linux

/// Assertions as files: `asserts-v0/<type>/<part of the key>/…/active[.<format>]`, each written aside, synced and
/// renamed. Source: `spec/assertions-and-store.md` §3.
public struct FileBackstore: AssertionBackstore {
  private let top: String

  /// - Throws: when the directory can be written by anybody: then anybody could put assertions there.
  public init(directory: String) throws {
    top = directory + "/asserts-v0"
    try Files.makeDirectories(directory, mode: 0o775)
    try Files.makeDirectories(top, mode: 0o775)
    for place in [directory, top] {
      guard let status = try Files.status(place), status.mode & 0o002 == 0 else {
        throw KeyManagerError("assert storage root unexpectedly world-writable: \(place)")
      }
    }
  }

  // MARK: Paths

  private func directory(_ reference: AssertionReference) throws -> String {
    var path = top + "/" + reference.type.rawValue
    var optional = 0
    for (name, part) in zip(reference.type.primaryKey, reference.key) {
      guard part != ".", part != "..", !part.isEmpty, part.utf8.count <= 255 else {
        throw AssertionError("\(quoted(name)) primary key header cannot be \(quoted(part))")
      }
      if let usual = reference.type.optionalKeys[name] {
        if !part.hasSameBytes(as: usual) { path += "/\(optional):\(Self.escape(part))" }
        optional += 1
      } else {
        path += "/" + Self.escape(part)
      }
    }
    return path
  }

  private static func escape(_ text: String) -> String { PercentCoding.encode(text, spaceIsPlus: true) }

  private static func fileName(_ format: Int) -> String { format == 0 ? "active" : "active.\(format)" }

  /// The format a file's name tells; nil for what is no assertion's.
  private static func format(_ name: String) -> Int? {
    if name == "active" { return 0 }
    return name.bytes(after: "active.").flatMap { Int($0) }.flatMap { $0 > 0 && fileName($0) == name ? $0 : nil }
  }

  // MARK: Reading

  public func find(_ reference: AssertionReference, maximumFormat: Int) throws -> Assertion? {
    try revisions(in: directory(reference), reference.type, maximumFormat) { $0.reference == reference }
  }

  /// The newest that is understood in one directory. What is in the wrong place is not what its place says it is.
  private func revisions(
    in directory: String, _ type: AssertionType, _ maximumFormat: Int, _ isRight: (Assertion) throws -> Bool
  ) throws -> Assertion? {
    guard try Files.status(directory) != nil else { return nil }
    var found: [Assertion] = []
    for name in try Files.list(directory) {
      guard let format = Self.format(name), format <= maximumFormat else { continue }
      let path = directory + "/" + name
      let assertion: Assertion
      do { assertion = try Assertion.decode(Files.read(path, limit: AssertionLimits.whole)) } catch {
        throw AssertionError("broken assertion storage, cannot decode assertion: \(path): \(error)")
      }
      guard assertion.type == type, try isRight(assertion) else {
        throw AssertionError("broken assertion storage, unexpected assertion \(assertion.reference) in \(path)")
      }
      found.append(assertion)
    }
    return found.newest(maximumFormat)
  }

  public func search(_ type: AssertionType, _ headers: [String: String], maximumFormat: Int) throws -> [Assertion] {
    if let reference = AssertionReference(type, headers), type.optionalKeys.keys.allSatisfy({ headers[$0] != nil }) {
      guard type.primaryKey.count > 0, (try? directory(reference)) != nil else { return [] }
      return try find(reference, maximumFormat: maximumFormat).map { $0.matches(headers) ? [$0] : [] } ?? []
    }
    var found: [Assertion] = []
    var path = top + "/" + type.rawValue
    var depth = 0
    // As far as the key is known, there is only one way.
    for name in type.primaryKey where type.optionalKeys[name] == nil {
      guard let part = headers[name] else { break }
      guard part != ".", part != "..", !part.isEmpty else { return [] }
      path += "/" + Self.escape(part)
      depth += 1
    }
    try walk(path, type, depth: depth, maximumFormat) { if $0.matches(headers) { found.append($0) } }
    return found.sortedByKey
  }

  private func walk(
    _ directory: String, _ type: AssertionType, depth: Int, _ maximumFormat: Int, _ take: (Assertion) -> Void
  ) throws {
    guard try Files.status(directory, followSymlinks: false)?.kind == .directory else { return }
    let all = type.primaryKey.count
    let isLeaf = depth >= all - type.optionalKeys.count
    if isLeaf {
      let newest = try revisions(in: directory, type, maximumFormat) {
        try self.directory($0.reference).hasSameBytes(as: directory)
      }
      if let newest { take(newest) }
    }
    guard depth < all else { return }
    for name in try Files.list(directory) where !name.hasBytePrefix(".") && !(isLeaf && Self.format(name) != nil) {
      try walk(directory + "/" + name, type, depth: depth + 1, maximumFormat, take)
    }
  }

  // MARK: Writing

  public func put(_ assertion: Assertion) throws {
    let directory = try directory(assertion.reference)
    let current = try revisions(in: directory, assertion.type, .max) { $0.reference == assertion.reference }
    if let current, current.revision >= assertion.revision {
      throw AssertionRevisionError(current: current.revision, used: assertion.revision)
    }
    try write(assertion, directory)
  }

  public func replace(_ assertion: Assertion) throws {
    let directory = try directory(assertion.reference)
    // First what takes its place: whoever is stopped in between has both, and replaces them again.
    try write(assertion, directory)
    for format in 0...assertion.type.maximumFormat + 1 where format != assertion.format {
      try Files.remove(directory + "/" + Self.fileName(format))
    }
  }

  private func write(_ assertion: Assertion, _ directory: String) throws {
    try Files.makeDirectories(directory, mode: 0o775)
    try Files.writeAtomically(assertion.encoded, to: directory + "/" + Self.fileName(assertion.format), mode: 0o664)
  }
}
