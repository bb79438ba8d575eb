/// An answer of SQLite that was not success: what was attempted, on which file, and why not.
public struct SQLiteError: Error, Equatable, Sendable, CustomStringConvertible {
  /// What was attempted, as a verb with its object ("open", "commit", "run \"INSERT …\"").
  public let action: String
  /// The database file.
  public let path: String
  /// The extended result code (https://www.sqlite.org/rescode.html).
  public let code: Int32
  /// The library's words for it.
  public let message: String

  public init(_ action: String, path: String, code: Int32, message: String) {
    self.action = action
    self.path = path
    self.code = code
    self.message = message
  }

  public var description: String { "cannot \(action) in database \(path): \(message)" }

  /// The file is not a database any more, or its pages contradict each other.
  public var isDamage: Bool { (code & 0xff) == 11 || (code & 0xff) == 26 }  // SQLITE_CORRUPT, SQLITE_NOTADB
  /// Another process (or another connection) holds the database.
  public var isBusy: Bool { (code & 0xff) == 5 || (code & 0xff) == 6 }  // SQLITE_BUSY, SQLITE_LOCKED
}
