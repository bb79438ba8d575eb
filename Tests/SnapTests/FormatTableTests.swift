import Snap
import Testing

internal import Glibc

/// `docs/format.md` lists every key of `snap.yaml` with the tests that exercise it, on a machine without systemd and on
/// one with it. The list must be whole, and its tests must be there and be about the key.
struct FormatTableTests {
  /// Every key, by the name it has in the table.
  static let keys: [(name: String, key: String)] =
    SnapKey.allCases.map { ($0.rawValue, $0.rawValue) } + named("apps", AppKey.self)
    + named("apps.*.sockets", SocketKey.self) + named("hooks", HookKey.self) + named("layout", LayoutKey.self)
    + named("components", ComponentKey.self) + named("plugs", InterfaceEndKey.self)

  static func named<K: CaseIterable & RawRepresentable<String>>(
    _ map: String, _ keys: K.Type
  ) -> [(name: String, key: String)] {
    keys.allCases.map { ("\(map).*.\($0.rawValue)", $0.rawValue) }
  }

  static let repository = #filePath.split(separator: "/").dropLast(3).reduce("") { $0 + "/" + $1 }

  static func text(_ path: String) throws -> String {
    let file = try #require(fopen("\(repository)/\(path)", "r"), "cannot open \(path)")
    defer { fclose(file) }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    while case let count = fread(&chunk, 1, chunk.count, file), count > 0 { bytes += chunk[..<count] }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// The rows of the table: the key, and the tests of its two columns.
  static func rows() throws -> [String: [String]] {
    var rows: [String: [String]] = [:]
    for line in try text("docs/format.md").split(separator: "\n") where line.hasPrefix("| `") {
      let cells = line.split(separator: "|", omittingEmptySubsequences: false).dropFirst().dropLast()
        .map { $0.split(separator: "`", omittingEmptySubsequences: false) }
      try #require(cells.count == 4 && cells[0].count >= 3, "a row has a key, a meaning and two tests: \(line)")
      let tests = cells[2...].map { cell in stride(from: 1, to: cell.count, by: 2).map { String(cell[$0]) } }
      #expect(tests.allSatisfy { !$0.isEmpty }, "both hosts need a test: \(line)")
      rows[String(cells[0][1])] = Array(Set(tests.joined()))
    }
    return rows
  }

  @Test func everyKeyHasARowWithTestsThatAreAboutIt() throws {
    let rows = try Self.rows()
    for (name, key) in Self.keys {
      let tests = rows[name] ?? []
      #expect(!tests.isEmpty, "docs/format.md has no row for \(name)")
      for test in tests {
        let text = try Self.text("Tests/\(test)")
        #expect(text.contains(key), "Tests/\(test) says nothing of \(name)")
      }
    }
    let known = Set(Self.keys.map(\.name))
    #expect(rows.keys.filter { !known.contains($0) }.sorted() == [], "rows of keys that do not exist")
  }
}
