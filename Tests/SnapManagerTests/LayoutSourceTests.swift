import Linux
import TestSupport
import Testing

@testable import SnapManager

/// What layouts show of a snap's data is made by root in directories that the snap fills.
struct LayoutSourceTests {
  /// In the last path the mark hides the slash from whoever looks at Characters: `link/<mark>b` as one name would be
  /// followed out of the data by mkdirat(2).
  @Test(arguments: ["/link/b", "/a/../link/b", "/link/\u{301}b"]) func linksAreNotFollowed(_ path: String) throws {
    let temporary = try TemporaryDirectory()
    for name in ["data", "data/a", "outside"] { try Files.makeDirectories(temporary(name), mode: 0o755) }
    try Files.replaceSymlink(at: temporary("data/link"), target: temporary("outside"))
    for isFile in [false, true] {
      #expect(throws: SyscallError.self) {
        try SnapManager.create(path, below: temporary("data"), isFile: isFile)
      }
    }
    #expect(try Files.list(temporary("outside")).isEmpty)
  }

  @Test func namesAreBytes() throws {
    let temporary = try TemporaryDirectory()
    for path in ["/a/\u{301}b", "/\u{e9}/x", "/e\u{301}/x"] {
      try SnapManager.create(path, below: temporary(""), isFile: false)
    }
    #expect(try Files.list(temporary("a")) == ["\u{301}b"])
    #expect(try Files.list(temporary("")).count == 3)
  }
}
