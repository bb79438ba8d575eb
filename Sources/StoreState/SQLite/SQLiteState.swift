internal import Dispatch
internal import Glibc
internal import Linux
internal import SQLite
internal import Synchronization

/// The state in one SQLite file: several readers and one writer in each process, any number of processes.
final class SQLiteState: StoreState {
  /// A connection is used by the one thread that took it out of the lock, or whose turn it is.
  private struct Box: @unchecked Sendable { let connection: StoreConnection }

  private let path: String
  private let readers = Mutex<[Box]>([])
  private let writer: Box
  /// Threads of this process write one after the other; SQLite sees to other processes.
  private let turn = DispatchSemaphore(value: 1)
  private let keptReaders: Int

  /// Opens the file, and brings its tables up to date.
  ///
  /// - Parameter keptReaders: connections that stay open; when more threads read at once, more are made.
  /// - Throws: `SQLiteError`, or when a newer program has changed the tables.
  init(path: String, keptReaders: Int = 16) throws {
    self.path = path
    self.keptReaders = keptReaders
    // What it has (digests of passwords, secrets) is for nobody else, whatever the directory says. SQLite's other files
    // get the same mode. Only when there is none: closing a file takes away locks that others of this process hold.
    if access(path, F_OK) != 0 {
      do { _ = try OwnedFD.open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode: 0o600) } catch {
        guard error.errno == EEXIST else { throw error }
      }
    }
    let connection = try StoreConnection(path: path)
    try Self.migrate(connection)
    writer = Box(connection: connection)
  }

  private static func migrate(_ connection: StoreConnection) throws {
    try connection.transaction("BEGIN IMMEDIATE") {
      let version = try connection.database.integer("PRAGMA user_version") ?? 0
      guard version <= Schema.steps.count else {
        throw NewerSchema(found: version, known: Schema.steps.count)
      }
      for step in Schema.steps[version...] { try connection.database.execute(step) }
      if version < Schema.steps.count {
        try connection.database.execute("PRAGMA user_version = \(Schema.steps.count)")
      }
    }
  }

  struct NewerSchema: Error, CustomStringConvertible {
    let found: Int
    let known: Int
    var description: String {
      "cannot use the store's database: a newer snap-store has changed it (version \(found), this one knows \(known))"
    }
  }

  func read<Result>(_ body: (any StoreReader) throws -> Result) throws -> Result {
    let box = try readers.withLock { $0.popLast() } ?? Box(connection: StoreConnection(path: path))
    defer { readers.withLock { if $0.count < keptReaders { $0.append(box) } } }
    return try box.connection.transaction("BEGIN") { try body(SQLiteReader(box.connection)) }
  }

  func write<Result>(_ body: (any StoreWriter) throws -> Result) throws -> Result {
    turn.wait()
    defer { turn.signal() }
    return try writer.connection.transaction("BEGIN IMMEDIATE") { try body(SQLiteWriter(writer.connection)) }
  }
}

/// Reads out of one transaction.
class SQLiteReader: StoreReader {
  let connection: StoreConnection
  init(_ connection: StoreConnection) { self.connection = connection }
}

/// Reads and changes in one transaction.
final class SQLiteWriter: SQLiteReader, StoreWriter {}
