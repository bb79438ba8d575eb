import Host
import Linux
import TestSupport
import Testing

@testable import RefreshManager

private struct Fixed: StoreCatalogue {
  var entries: [CatalogueEntry]
  var fails = false

  func fetch(_ each: (CatalogueEntry) throws -> Void) throws {
    for entry in entries { try each(entry) }
    if fails { throw RefreshNetworkError("away") }
  }
  func sections() throws -> [String] { ["tools", "games"] }
}

@Suite struct CatalogueTests {
  /// Files that are sorted by their bytes, a line for each thing; what a store says cannot make another line.
  @Test func files() throws {
    let directory = try TemporaryDirectory()
    let directories = Directories(root: directory.path)
    func text(_ name: String) throws -> String {
      String(decoding: try Files.read("\(directories.catalogue)/\(name)", limit: 1 << 20), as: UTF8.self)
    }
    let entries = [
      CatalogueEntry(name: "zed", version: "1", summary: "last\nline\tof it", commands: ["zed", "a.b"]),
      CatalogueEntry(name: "abc", version: "2", summary: "first", commands: ["a.b", "a.b"]),
    ]
    try CatalogueFiles(directories: directories, catalogue: Fixed(entries: entries)).refresh()
    #expect(try text("names") == "abc\nzed\n")
    #expect(try text("sections") == "games\ntools\n")
    #expect(try text("commands") == "a.b\tabc\t2\na.b\tzed\t1\nzed\tzed\t1\n")
    #expect(try text("packages") == "abc\t2\tfirst\nzed\t1\tlast line of it\n")
    // Half of a catalogue, or none, takes nothing away.
    #expect(throws: RefreshNetworkError.self) {
      try CatalogueFiles(directories: directories, catalogue: Fixed(entries: [], fails: true)).refresh()
    }
    try CatalogueFiles(directories: directories, catalogue: Fixed(entries: [])).refresh()
    #expect(try text("names") == "abc\nzed\n")
    try directory.remove()
  }
}
