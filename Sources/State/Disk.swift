internal import Glibc
internal import SQLite

/// The state's database: opening it with care, reading all of it once, writing what a journal says changed.
final class Disk {
  /// The layout this version writes; `PRAGMA user_version` of the file.
  static let schemaVersion = 1

  let path: String
  let database: Database
  private var statements: [String: Statement] = [:]
  private var isSynced = false

  /// Opens or creates the database.
  /// - Throws: `StateError`; a damaged file was copied aside, and is left as it is.
  init(path: String) throws(StateError) {
    self.path = path
    var opened: Database?
    do {
      database = try Database(path: path)
      opened = database
      // Exclusive: no shared memory file, no lock traffic for each commit, and a second daemon can't get in. Taking
      // the lock now says at once that someone else has it.
      try database.execute("PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE; COMMIT")
      // Nothing is written before it is known that the file is sound and ours.
      let damage = try database.damage()
      if !damage.isEmpty { throw SQLiteError("read", path: path, code: 11, message: damage.joined(separator: "; ")) }
      let version = try database.integer("PRAGMA user_version") ?? 0
      if version > Self.schemaVersion {
        throw StateError.newerSchema(path: path, found: version, supported: Self.schemaVersion)
      }
      try database.execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA temp_store = MEMORY")
      if version == 0 { try database.transaction { () throws(SQLiteError) in try database.execute(Self.schema) } }
    } catch let error as StateError {
      throw error
    } catch let error as SQLiteError {
      if error.isDamage {
        opened?.keepLogOnClose()
        throw Self.damaged(path, error.message)
      }
      throw error.isBusy ? .inUse(path: path) : .database(error.description)
    } catch {
      throw .database("\(error)")
    }
  }

  private static let schema = """
    CREATE TABLE counters (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
    CREATE TABLE records (kind TEXT NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (kind, key))
      WITHOUT ROWID;
    CREATE TABLE changes (id INTEGER PRIMARY KEY, kind TEXT NOT NULL, summary TEXT NOT NULL, status INTEGER NOT NULL,
      clean INTEGER NOT NULL, tasks TEXT NOT NULL, data TEXT NOT NULL, spawned INTEGER NOT NULL, ready INTEGER,
      recorded INTEGER NOT NULL);
    CREATE TABLE tasks (id INTEGER PRIMARY KEY, change INTEGER, kind TEXT NOT NULL, summary TEXT NOT NULL,
      input TEXT NOT NULL, status INTEGER NOT NULL, waited INTEGER NOT NULL, clean INTEGER NOT NULL,
      waits TEXT NOT NULL, lanes TEXT NOT NULL, data TEXT NOT NULL, log TEXT NOT NULL, label TEXT, done INTEGER,
      total INTEGER, spawned INTEGER NOT NULL, ready INTEGER, at INTEGER, doing INTEGER NOT NULL,
      undoing INTEGER NOT NULL);
    CREATE TABLE warnings (message TEXT PRIMARY KEY, first INTEGER NOT NULL, last INTEGER NOT NULL, shown INTEGER,
      expire INTEGER NOT NULL, repeat INTEGER NOT NULL) WITHOUT ROWID;
    CREATE TABLE notices (id INTEGER PRIMARY KEY, user INTEGER, type TEXT NOT NULL, key TEXT NOT NULL,
      first INTEGER NOT NULL, last INTEGER NOT NULL, repeated INTEGER NOT NULL, occurrences INTEGER NOT NULL,
      data TEXT NOT NULL, repeat INTEGER NOT NULL, expire INTEGER NOT NULL);
    PRAGMA user_version = 1;
    """

  /// A statement, compiled the first time it is needed.
  func statement(_ sql: String) throws(SQLiteError) -> Statement {
    if let statement = statements[sql] { return statement }
    let statement = try database.prepare(sql)
    statements[sql] = statement
    return statement
  }

  /// Has the next commits reach the medium before they return, or not. A synced commit takes all before it along.
  func setSynced(_ synced: Bool) throws(SQLiteError) {
    guard synced != isSynced else { return }
    // Not a kept statement: SQLite does what this says when it compiles it.
    try database.execute("PRAGMA synchronous = \(synced ? "FULL" : "NORMAL")")
    isSynced = synced
  }

  /// What is thrown when a row is not what this version writes, or can't be read.
  func damaged(_ what: String) -> StateError {
    database.keepLogOnClose()
    return Self.damaged(path, what)
  }

  /// Copies the damaged file and its log aside, unless the last copy is the same: a daemon that is started again
  /// and again must not fill the disk.
  static func damaged(_ path: String, _ what: String) -> StateError {
    var number = 1
    while access("\(path).damaged-\(number)", F_OK) == 0 { number += 1 }
    if number > 1, isSame(path, "\(path).damaged-\(number - 1)") {
      return .damaged(path: path, what: what, copy: "\(path).damaged-\(number - 1)")
    }
    let copy = "\(path).damaged-\(number)"
    guard copyFile(path, copy) else {
      unlink(copy)
      return .damaged(path: path, what: what, copy: nil)
    }
    _ = copyFile("\(path)-wal", "\(copy)-wal")
    return .damaged(path: path, what: what, copy: copy)
  }

  private static func copyFile(_ from: String, _ to: String) -> Bool {
    let source = open(from, O_RDONLY | O_CLOEXEC)
    guard source >= 0 else { return false }
    defer { close(source) }
    let target = open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard target >= 0 else { return false }
    defer { close(target) }
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = read(source, &buffer, buffer.count)
      if count == 0 { return fsync(target) == 0 }
      guard count > 0, write(target, buffer, count) == count else { return false }
    }
  }

  private static func isSame(_ first: String, _ second: String) -> Bool {
    let left = open(first, O_RDONLY | O_CLOEXEC)
    guard left >= 0 else { return false }
    defer { close(left) }
    let right = open(second, O_RDONLY | O_CLOEXEC)
    guard right >= 0 else { return false }
    defer { close(right) }
    var one = [UInt8](repeating: 0, count: 1 << 16)
    var other = one
    while true {
      let count = read(left, &one, one.count)
      guard count >= 0, read(right, &other, other.count) == count, one.prefix(count) == other.prefix(count)
      else { return false }
      if count == 0 { return true }
    }
  }
}
