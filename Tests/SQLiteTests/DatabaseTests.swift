import Glibc
import SQLite
import TestSupport
import Testing

@Suite struct DatabaseTests {
  private func withDatabase(_ body: (String) throws -> Void) throws {
    try withTemporaryDirectory { try body("\($0)/x.db") }
  }

  @Test(
    arguments: [
      .null, .integer(.max), .integer(.min), .text(""), .text("a\u{0}b é"), .blob([]), .blob([0, 255]),
    ] as [SQLValue])
  func valuesComeBack(value: SQLValue) throws {
    try withDatabase { path in
      let database = try Database(path: path)
      try database.execute("CREATE TABLE t (v)")
      try database.prepare("INSERT INTO t VALUES (?)").run(value)
      let row = try database.prepare("SELECT v, typeof(v) FROM t")
      #expect(try row.step())
      switch value {
      case .null: #expect(row.isNull(0) && row.optionalText(0) == nil && row.optionalInteger(0) == nil)
      case .integer(let number): #expect(row.integer(0) == number && row.text(1) == "integer")
      case .text(let text): #expect(row.optionalText(0) == text && row.text(1) == "text")
      case .blob(let bytes): #expect(row.blob(0) == bytes && row.text(1) == "blob")
      }
      #expect(try !row.step())
    }
  }

  @Test func aTransactionThatThrowsHasNotHappened() throws {
    try withDatabase { path in
      let database = try Database(path: path)
      try database.execute("CREATE TABLE t (v INTEGER PRIMARY KEY)")
      #expect(throws: SQLiteError.self) {
        try database.transaction { () throws(SQLiteError) in
          try database.execute("INSERT INTO t VALUES (1)")
          try database.execute("INSERT INTO t VALUES (1)")
        }
      }
      #expect(try database.integer("SELECT count(*) FROM t") == 0)
      try database.transaction { () throws(SQLiteError) in try database.execute("INSERT INTO t VALUES (1)") }
      #expect(try database.integer("SELECT count(*) FROM t") == 1)
      #expect(try database.damage().isEmpty)
    }
  }

  /// Without its locks a connection is not seen by other processes, which then take the log away under it.
  @Test func aFurtherConnectionLeavesTheLocksOfTheFirst() throws {
    try withDatabase { path in
      let first = try Database(path: path)
      try first.execute("PRAGMA journal_mode = WAL; CREATE TABLE t (v)")
      var status = stat()
      try #require(stat(path, &status) == 0)
      func locks() throws -> Int {
        let file = try #require(fopen("/proc/locks", "r"))
        defer { fclose(file) }
        var line = [CChar](repeating: 0, count: 256)
        var count = 0
        while fgets(&line, 256, file) != nil {
          let words = line.prefix { $0 != 0 }.split(separator: 0x20).map {
            String(decoding: $0.map(UInt8.init), as: UTF8.self)
          }
          if words.contains(where: { $0.hasSuffix(":\(status.st_ino)") }) { count += 1 }
        }
        return count
      }
      let before = try locks()
      #expect(before > 0)
      let second = try Database(path: path)
      #expect(try second.integer("SELECT count(*) FROM t") == 0)
      #expect(try locks() >= before)
      withExtendedLifetime(first) {}
    }
  }

  @Test func filesAreOfTheModeAskedFor() throws {
    try withDatabase { path in
      let old = umask(0)
      defer { umask(old) }
      let database = try Database(path: path, mode: 0o600)
      try database.execute("PRAGMA journal_mode = WAL; CREATE TABLE t (v)")
      for name in [path, "\(path)-wal"] {
        var status = stat()
        #expect(stat(name, &status) == 0)
        #expect(status.st_mode & 0o777 == 0o600)
      }
    }
  }

  @Test func errorsNameTheFile() throws {
    #expect(throws: SQLiteError.self) { try Database(path: "/nonexistent/x.db") }
    do { _ = try Database(path: "/nonexistent/x.db") } catch {
      #expect("\(error)" == "cannot open in database /nonexistent/x.db: No such file or directory")
    }
    try withDatabase { path in
      let database = try Database(path: path)
      do { try database.execute("FROB") } catch {
        #expect("\(error)" == "cannot run \"FROB\" in database \(path): near \"FROB\": syntax error")
      }
    }
  }
}
