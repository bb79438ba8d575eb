import Glibc
import Image
import TestSupport
import Testing

/// Names of files are bytes: what Swift takes for one Character, or for equal texts, are others for the kernel.
@Suite struct ByteTests {
  @Test(arguments: ["../\u{301}x", "a/../../\u{301}x", "a/..\u{600}/../\u{338}/../../\u{301}x"])
  func hiddenDotsDoNotLeave(_ path: String) throws {
    let temporary = try TemporaryDirectory()
    let tree = try temporary.tree("d", ["a/f": ""])
    try write([], to: temporary("\u{301}x"))
    let container = try DirectoryContainer(path: tree)
    #expect(throws: ImageError.self) { try container.status(path) }
    #expect(throws: ImageError.self) { try container.read(path, limit: 1) }
    // As a link's target, too.
    symlink(path, "\(tree)/link")
    #expect(throws: ImageError.self) { try container.resolve("link") }
  }

  @Test func equivalentNamesAreTwoDirectories() throws {
    let temporary = try TemporaryDirectory()
    let tree = try temporary.tree("d", ["\u{e9}/f": "one", "e\u{301}/f": "other", "\u{e9}/\u{301}g": "mark"])
    let image = try ImageReader(path: temporary.image("x.snap", of: tree, []))
    #expect(try image.read("\u{e9}/f", limit: 9) == Array("one".utf8))
    #expect(try image.read("e\u{301}/f", limit: 9) == Array("other".utf8))
    #expect(try image.read("\u{e9}/\u{301}g", limit: 9) == Array("mark".utf8))
  }

  @Test(arguments: [
    ("comp/e\u{301}.sh", "in snap \"foo\": path \"comp/\u{e9}.sh\" does not exist"),
    ("meta/\u{301}x", "in snap \"foo\": \"meta/\u{301}x\" should be world-readable, and isn't: -rw-------"),
    (
      "meta/hooks/\u{301}x", "in snap \"foo\": \"meta/hooks/\u{301}x\" should be executable, and isn't: -rw-------"
    ),
  ])
  func checksSeeBytes(file: String, detail: String) throws {
    let temporary = try TemporaryDirectory()
    let completer = file.utf8.starts(with: "comp".utf8) ? file : "comp/\u{e9}.sh"
    let tree = try temporary.tree("d", ["meta/hooks/": "", "meta/snap.yaml": "", "comp/": ""])
    for name in [file, completer] { try write([], to: "\(tree)/\(name)") }
    chmod("\(tree)/\(file)", 0o600)
    let container = try DirectoryContainer(path: tree)
    var details: [String] = []
    do throws(ContainerError) {
      try ContainerCheck.check(
        container, requirements: ContainerRequirements(snap: "foo", completers: ["comp/\u{e9}.sh"]))
    } catch { details = error.details }
    #expect(details.first.map { Array($0.utf8) } == Array(detail.utf8), "\(details)")
  }
}
