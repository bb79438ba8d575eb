internal import Assertions
internal import ByteText
internal import SQLite

/// A primary key as a column. Parts have no "/" (`spec/assertions-and-store.md` §1), so they can be told apart again.
/// A sequence's number is a column of its own, for the last of all to be found.
private struct KeyColumns {
  var key: String
  var sequence: Int

  init(_ type: String, _ key: [String]) throws {
    guard !key.contains(where: { $0.hasByte("/") || $0.utf8.isEmpty }) else {
      throw DamagedRow("an assertion's key")
    }
    guard AssertionType(rawValue: type)?.isSequence == true else {
      self.key = key.joined(separator: "/")
      sequence = 0
      return
    }
    guard let last = key.last.flatMap({ Int($0) }) else { throw DamagedRow("a sequence's number") }
    self.key = key.dropLast().joined(separator: "/")
    sequence = last
  }
}

extension SQLiteReader {
  private static let columns = "type, key, sequence, format, revision, sign_key, bytes"

  private func assertion(_ row: Statement) -> StoredAssertion {
    let type = row.text(0)
    var key = row.text(1).byteSplit("/").map(String.init)
    if AssertionType(rawValue: type)?.isSequence == true { key.append(String(row.integer(2))) }
    return StoredAssertion(
      type: type, key: key, format: row.integer(3), revision: row.integer(4), signKeyID: row.text(5), index: [:],
      bytes: row.blob(6))
  }

  func assertion(_ type: String, key: [String], maximumFormat: Int) throws -> StoredAssertion? {
    // A key that can't be is one that nothing has.
    guard let columns = try? KeyColumns(type, key) else { return nil }
    return try connection.first(
      """
      SELECT \(Self.columns) FROM assertion WHERE type = ? AND key = ? AND sequence = ? AND format <= ?
      ORDER BY revision DESC LIMIT 1
      """, .text(type), .text(columns.key), .integer(columns.sequence), .integer(maximumFormat), map: assertion)
  }

  func assertions(
    _ type: String, header: (name: String, value: String)?, maximumFormat: Int
  ) throws -> [StoredAssertion] {
    let found: [StoredAssertion]
    if let header {
      found = try connection.all(
        """
        SELECT a.type, a.key, a.sequence, a.format, a.revision, a.sign_key, a.bytes
        FROM assertion_index AS i JOIN assertion AS a ON a.type = i.type AND a.key = i.key AND a.sequence = i.sequence
        WHERE i.type = ? AND i.header = ? AND i.value = ? AND a.format <= ? ORDER BY a.key, a.sequence, a.revision
        """, .text(type), .text(header.name), .text(header.value), .integer(maximumFormat), map: assertion)
    } else {
      found = try connection.all(
        "SELECT \(Self.columns) FROM assertion WHERE type = ? AND format <= ? ORDER BY key, sequence, revision",
        .text(type), .integer(maximumFormat), map: assertion)
    }
    // The last of each key is the newest revision.
    return found.enumerated().filter { place, assertion in
      place + 1 == found.count || found[place + 1].key != assertion.key
    }.map(\.element)
  }

  func sequenceMember(
    _ type: String, sequenceKey: [String], sequence: Int?, maximumFormat: Int
  ) throws -> StoredAssertion? {
    if let sequence { return try assertion(type, key: sequenceKey + [String(sequence)], maximumFormat: maximumFormat) }
    guard let columns = try? KeyColumns(type, sequenceKey + ["0"]) else { return nil }
    return try connection.first(
      """
      SELECT \(Self.columns) FROM assertion WHERE type = ? AND key = ? AND format <= ?
      ORDER BY sequence DESC, revision DESC LIMIT 1
      """, .text(type), .text(columns.key), .integer(maximumFormat), map: assertion)
  }

  func assertions(signedBy keyID: String, limit: Int) throws -> [StoredAssertion] {
    try connection.all(
      "SELECT \(Self.columns) FROM assertion WHERE sign_key = ? LIMIT ?", .text(keyID), .integer(limit),
      map: assertion)
  }

  func assertionCount(signedBy keyID: String) throws -> Int {
    try connection.first("SELECT count(*) FROM assertion WHERE sign_key = ?", .text(keyID)) { $0.integer(0) } ?? 0
  }
}

extension SQLiteWriter {
  func put(_ assertion: StoredAssertion) throws -> Bool {
    let columns = try KeyColumns(assertion.type, assertion.key)
    let current = try self.assertion(assertion.type, key: assertion.key, maximumFormat: .max)
    if let current, current.revision >= assertion.revision { return false }
    try connection.run(
      """
      INSERT INTO assertion (type, key, sequence, format, revision, sign_key, bytes) VALUES (?, ?, ?, ?, ?, ?, ?)
      ON CONFLICT DO UPDATE SET revision = excluded.revision, sign_key = excluded.sign_key, bytes = excluded.bytes
      """, .text(assertion.type), .text(columns.key), .integer(columns.sequence), .integer(assertion.format),
      .integer(assertion.revision), .text(assertion.signKeyID), .blob(assertion.bytes))
    if current != nil {
      try connection.run(
        "DELETE FROM assertion_index WHERE type = ?1 AND key = ?2 AND sequence = ?3 AND header IN ('username', "
          + "'account-id', 'snap-name', 'publisher-id', 'snap-id', 'snap-sha3-384', 'brand-id', 'device-key-sha3-384')",
        .text(assertion.type), .text(columns.key), .integer(columns.sequence))
    }
    for (name, value) in assertion.index {
      try connection.run(
        "INSERT OR IGNORE INTO assertion_index (type, header, value, key, sequence) VALUES (?, ?, ?, ?, ?)",
        .text(assertion.type), .text(name), .text(value), .text(columns.key), .integer(columns.sequence))
    }
    return true
  }
}
