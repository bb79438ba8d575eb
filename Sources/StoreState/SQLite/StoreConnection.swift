internal import SQLite
internal import Snap
internal import Time

/// One connection to the store's database, for one thread at a time, with the statements that it has compiled.
final class StoreConnection {
  let database: Database
  private var statements: [String: Statement] = [:]
  /// What is read again and again: parsed once, and in memory once.
  private var channels: [String: Channel] = [:]
  private var texts: [String: String] = [:]

  init(path: String) throws(SQLiteError) {
    database = try Database(path: path)
    // What is acknowledged survives a loss of power; whoever finds another writing waits.
    try database.execute(
      "PRAGMA busy_timeout = 20000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; "
        + "PRAGMA mmap_size = 2147418112; PRAGMA cache_size = -16384; PRAGMA temp_store = MEMORY")
  }

  private func statement(_ sql: String) throws(SQLiteError) -> Statement {
    if let known = statements[sql] { return known }
    let made = try database.prepare(sql)
    statements[sql] = made
    return made
  }

  func channel(_ text: String) throws -> Channel {
    if let known = channels[text] { return known }
    let channel = try Channel(text)
    if channels.count >= 1024 { channels.removeAll() }
    channels[text] = channel
    return channel
  }

  /// The same text, which needs no memory of its own when another has it.
  func shared(_ text: String) -> String {
    if let known = texts[text] { return known }
    if texts.count >= 1024 { texts.removeAll() }
    texts[text] = text
    return text
  }

  /// Runs a statement that gives no rows.
  func run(_ sql: String, _ values: SQLValue...) throws(SQLiteError) {
    let statement = try statement(sql)
    try statement.bind(values)
    defer { statement.reset() }
    _ = try statement.step()
  }

  /// Runs a statement that changes rows.
  ///
  /// - Returns: how many.
  func change(_ sql: String, _ values: SQLValue...) throws(SQLiteError) -> Int {
    let statement = try statement(sql)
    try statement.bind(values)
    defer { statement.reset() }
    let before = database.totalChanges
    _ = try statement.step()
    return database.totalChanges - before
  }

  /// The first row, if any. `map` must run no other statement of the same text.
  func first<Result>(_ sql: String, _ values: SQLValue..., map: (Statement) throws -> Result) throws -> Result? {
    let statement = try statement(sql)
    try statement.bind(values)
    defer { statement.reset() }
    return try statement.step() ? try map(statement) : nil
  }

  /// All rows. `map` must run no other statement of the same text.
  func all<Result>(_ sql: String, _ values: SQLValue..., map: (Statement) throws -> Result) throws -> [Result] {
    try all(sql, values, map: map)
  }

  /// The same with values of a number that is not known before.
  func all<Result>(_ sql: String, _ values: [SQLValue], map: (Statement) throws -> Result) throws -> [Result] {
    let statement = try statement(sql)
    try statement.bind(values)
    defer { statement.reset() }
    var results: [Result] = []
    while try statement.step() { results.append(try map(statement)) }
    return results
  }

  /// Runs `body` in a transaction; when it throws, nothing has happened.
  ///
  /// - Parameter begin: `BEGIN` to read, `BEGIN IMMEDIATE` to write.
  func transaction<Result>(_ begin: String, _ body: () throws -> Result) throws -> Result {
    try run(begin)
    do {
      let result = try body()
      try run("COMMIT")
      return result
    } catch {
      // Some failures (a full disk) have rolled back by themselves; then there is nothing to do.
      try? run("ROLLBACK")
      throw error
    }
  }
}

extension SQLValue {
  static func time(_ time: Timestamp) -> SQLValue { .integer(Int(time.seconds)) }
  static func time(_ time: Timestamp?) -> SQLValue { time.map { .integer(Int($0.seconds)) } ?? .null }
  static func bool(_ truth: Bool) -> SQLValue { .integer(truth ? 1 : 0) }
  static func number(_ number: UInt32?) -> SQLValue { number.map { .integer(Int($0)) } ?? .null }
  static func digest(_ digest: BlobDigest) -> SQLValue { .blob(digest.bytes) }
}

/// Something in the database that nothing here writes.
struct DamagedRow: Error, CustomStringConvertible {
  let description: String
  init(_ what: String) { description = "cannot read the store's database: \(what) is damaged" }
}

extension Statement {
  func time(_ column: Int) -> Timestamp { Timestamp(seconds: Int64(integer(column))) }
  func optionalTime(_ column: Int) -> Timestamp? { optionalInteger(column).map { Timestamp(seconds: Int64($0)) } }
  func bool(_ column: Int) -> Bool { integer(column) != 0 }

  func number(_ column: Int) throws -> UInt32 {
    guard let number = UInt32(exactly: integer(column)) else { throw DamagedRow("a revision") }
    return number
  }

  func optionalNumber(_ column: Int) throws -> UInt32? { isNull(column) ? nil : try number(column) }

  func digest(_ column: Int) throws -> BlobDigest {
    guard let digest = BlobDigest(blob(column)) else { throw DamagedRow("a digest") }
    return digest
  }

  func value<Value: RawRepresentable<String>>(_ column: Int, _: Value.Type = Value.self) throws -> Value {
    guard let value = Value(rawValue: text(column)) else { throw DamagedRow("a \(Value.self)") }
    return value
  }
}

extension SQLiteError: StateFailure {
  /// Source: <https://sqlite.org/rescode.html#full>.
  var isFull: Bool { code & 0xFF == 13 }
}
