internal import CSQLite
internal import Glibc

/// One connection to one database file, owned by one thread at a time: put it behind a lock to share it.
///
/// The connection is closed when the last reference goes; prepared statements keep it alive.
public final class Database {
  /// The file, as it was opened.
  public let path: String
  let handle: OpaquePointer

  /// Opens `path`, creating it with `mode` (and nothing of the process's umask) when it is missing. An existing
  /// file is given that mode too, and the write-ahead log that SQLite makes beside it inherits it.
  /// - Parameter mode: permission bits; the state of the system is for root only.
  public init(path: String, mode: UInt32 = 0o600) throws(SQLiteError) {
    self.path = path
    if try !Self.protect(path, mode) { try Self.create(path, mode) }
    var opened: OpaquePointer?
    let flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE
    let code = sqlite3_open_v2(path, &opened, flags, nil)
    guard code == SQLITE_OK, let opened else {
      let message = opened.map { String(cString: sqlite3_errmsg($0)) } ?? String(cString: sqlite3_errstr(code))
      sqlite3_close_v2(opened)
      throw SQLiteError("open", path: path, code: code, message: message)
    }
    handle = opened
  }

  deinit { sqlite3_close_v2(handle) }

  /// Gives a file that is there its mode, without opening it: closing a descriptor drops the POSIX locks of the whole
  /// process on the file, those of its other connections too.
  ///
  /// - Returns: false when there is none.
  private static func protect(_ path: String, _ mode: UInt32) throws(SQLiteError) -> Bool {
    var status = stat()
    guard lstat(path, &status) == 0 else {
      if errno == ENOENT { return false }
      throw SQLiteError("open", path: path, code: SQLITE_CANTOPEN, message: String(cString: strerror(errno)))
    }
    guard status.st_mode & S_IFMT == S_IFREG else {
      throw SQLiteError("open", path: path, code: SQLITE_CANTOPEN, message: "it is no regular file")
    }
    guard status.st_mode & 0o7777 == mode_t(mode) || chmod(path, mode_t(mode)) == 0 else {
      throw SQLiteError("protect", path: path, code: SQLITE_PERM, message: String(cString: strerror(errno)))
    }
    return true
  }

  private static func create(_ path: String, _ mode: UInt32) throws(SQLiteError) {
    let descriptor = open(path, O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC | O_NOFOLLOW, mode_t(mode))
    guard descriptor >= 0 else {
      // Another process was quicker.
      if errno == EEXIST { return }
      throw SQLiteError("open", path: path, code: SQLITE_CANTOPEN, message: String(cString: strerror(errno)))
    }
    let changed = fchmod(descriptor, mode_t(mode))
    let reason = errno
    close(descriptor)
    guard changed == 0 else {
      throw SQLiteError("protect", path: path, code: SQLITE_PERM, message: String(cString: strerror(reason)))
    }
    syncDirectory(of: path)
  }

  /// Has the name of a new file survive a loss of power; SQLite does so for its own files only.
  private static func syncDirectory(of path: String) {
    let directory = path.lastIndex(of: "/").map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
    let descriptor = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { return }
    fsync(descriptor)
    close(descriptor)
  }

  /// Runs statements that give no rows and take no values (schema, pragmas), separated by semicolons.
  public func execute(_ sql: String) throws(SQLiteError) {
    let code = sqlite3_exec(handle, sql, nil, nil, nil)
    if code != SQLITE_OK { throw error("run \"\(sql.prefix(80))\"", code) }
  }

  /// Compiles a statement; keep and reuse it, compiling costs more than running.
  public func prepare(_ sql: String) throws(SQLiteError) -> Statement {
    var compiled: OpaquePointer?
    let code = sqlite3_prepare_v3(handle, sql, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &compiled, nil)
    guard code == SQLITE_OK, let compiled else { throw error("prepare \"\(sql.prefix(80))\"", code) }
    return Statement(compiled, sql: sql, database: self)
  }

  /// The first column of the first row, as a number.
  public func integer(_ sql: String) throws(SQLiteError) -> Int? {
    let statement = try prepare(sql)
    return try statement.step() ? statement.integer(0) : nil
  }

  /// The first column of every row, as text.
  public func texts(_ sql: String) throws(SQLiteError) -> [String] {
    let statement = try prepare(sql)
    var texts: [String] = []
    while try statement.step() { texts.append(statement.text(0)) }
    return texts
  }

  /// Runs `body` between BEGIN IMMEDIATE and COMMIT; when it throws, nothing has happened.
  public func transaction(_ body: () throws(SQLiteError) -> Void) throws(SQLiteError) {
    try execute("BEGIN IMMEDIATE")
    do {
      try body()
      try execute("COMMIT")
    } catch {
      // Some failures (a full disk) have rolled back by themselves; then this has nothing to do.
      if sqlite3_get_autocommit(handle) == 0 { sqlite3_exec(handle, "ROLLBACK", nil, nil, nil) }
      throw error
    }
  }

  /// What contradicts what in the file, at most `limit` sentences; empty when all is well.
  public func damage(limit: Int = 10) throws(SQLiteError) -> [String] {
    let found = try texts("PRAGMA quick_check(\(limit))")
    return found == ["ok"] ? [] : found
  }

  /// Has closing the connection leave the file and its log as they are, instead of moving the log into the file: for
  /// a file that is damaged and is to be looked at by people.
  public func keepLogOnClose() { _ = csqlite_keep_log_on_close(handle) }

  /// How many rows the statements on this connection have changed since it was opened.
  public var totalChanges: Int { Int(sqlite3_total_changes64(handle)) }

  func error(_ action: String, _ code: Int32) -> SQLiteError {
    SQLiteError(action, path: path, code: code, message: String(cString: sqlite3_errmsg(handle)))
  }
}
