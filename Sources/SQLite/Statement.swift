internal import CSQLite

/// A value that goes into, or comes out of, a column.
public enum SQLValue: Hashable, Sendable {
  case null
  case integer(Int)
  case text(String)
  case blob([UInt8])

  /// `nil` is NULL.
  public static func optional(_ value: Int?) -> SQLValue { value.map { .integer($0) } ?? .null }
  /// `nil` is NULL.
  public static func optional(_ value: String?) -> SQLValue { value.map { .text($0) } ?? .null }
}

/// A compiled statement: bind, step, read the columns of the row, reset.
public final class Statement {
  private let handle: OpaquePointer
  private let sql: String
  private let database: Database

  init(_ handle: OpaquePointer, sql: String, database: Database) {
    self.handle = handle
    self.sql = sql
    self.database = database
  }

  deinit { sqlite3_finalize(handle) }

  /// Runs a statement that gives no rows with these values for its parameters, in order.
  public func run(_ values: SQLValue...) throws(SQLiteError) {
    try bind(values)
    defer { reset() }
    _ = try step()
  }

  /// Sets the parameters, in order, after a reset.
  public func bind(_ values: [SQLValue]) throws(SQLiteError) {
    reset()
    for (offset, value) in values.enumerated() {
      let index = Int32(offset + 1)
      let code =
        switch value {
        case .null: sqlite3_bind_null(handle, index)
        case .integer(let number): sqlite3_bind_int64(handle, index, Int64(number))
        case .text(let text): bind(text, at: index)
        case .blob(let bytes): bind(bytes, at: index)
        }
      if code != SQLITE_OK { throw database.error("bind a value of \"\(sql.prefix(80))\"", code) }
    }
  }

  /// SQLITE_TRANSIENT: SQLite copies the value before the call returns.
  private static var transient: sqlite3_destructor_type { unsafeBitCast(-1, to: sqlite3_destructor_type.self) }

  private func bind(_ text: String, at index: Int32) -> Int32 {
    var text = text
    return text.withUTF8 { utf8 in
      utf8.withMemoryRebound(to: CChar.self) { bytes in
        // An empty buffer may have no address, and a null address would bind NULL.
        guard let base = bytes.baseAddress else { return sqlite3_bind_text(handle, index, "", 0, Self.transient) }
        return sqlite3_bind_text64(
          handle, index, base, UInt64(bytes.count), Self.transient, UInt8(SQLITE_UTF8))
      }
    }
  }

  private func bind(_ bytes: [UInt8], at index: Int32) -> Int32 {
    bytes.withUnsafeBytes { raw in
      guard let base = raw.baseAddress, raw.count > 0 else { return sqlite3_bind_zeroblob(handle, index, 0) }
      return sqlite3_bind_blob64(handle, index, base, UInt64(raw.count), Self.transient)
    }
  }

  /// Goes to the next row. - Returns: false after the last.
  public func step() throws(SQLiteError) -> Bool {
    let code = sqlite3_step(handle)
    switch code {
    case SQLITE_ROW: return true
    case SQLITE_DONE: return false
    default: throw database.error("run \"\(sql.prefix(80))\"", code)
    }
  }

  /// Ready to run again; the parameters keep their values.
  public func reset() { sqlite3_reset(handle) }

  /// How many columns a row has.
  public var columnCount: Int { Int(sqlite3_column_count(handle)) }

  /// True for NULL.
  public func isNull(_ column: Int) -> Bool { sqlite3_column_type(handle, Int32(column)) == SQLITE_NULL }

  /// The column as a number; 0 for NULL.
  public func integer(_ column: Int) -> Int { Int(sqlite3_column_int64(handle, Int32(column))) }

  /// The column as a number; nil for NULL.
  public func optionalInteger(_ column: Int) -> Int? { isNull(column) ? nil : integer(column) }

  /// The column as text; empty for NULL.
  public func text(_ column: Int) -> String {
    guard let base = sqlite3_column_blob(handle, Int32(column)) else { return "" }
    let count = Int(sqlite3_column_bytes(handle, Int32(column)))
    return String(decoding: UnsafeRawBufferPointer(start: base, count: count), as: UTF8.self)
  }

  /// The column as text; nil for NULL.
  public func optionalText(_ column: Int) -> String? { isNull(column) ? nil : text(column) }

  /// The column's bytes; empty for NULL.
  public func blob(_ column: Int) -> [UInt8] {
    guard let base = sqlite3_column_blob(handle, Int32(column)) else { return [] }
    let count = Int(sqlite3_column_bytes(handle, Int32(column)))
    return Array(UnsafeRawBufferPointer(start: base, count: count))
  }
}
