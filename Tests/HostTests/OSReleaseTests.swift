import Host
import Linux
import TestSupport
import Testing

@Suite struct OSReleaseTests {
  @Test(arguments: [
    ("", ["linux", "", ""]),
    ("ID=debian\nVERSION_ID=\"13\"\n", ["debian", "13", ""]),
    ("ID=\"fedora\"\nVARIANT_ID=server\nVERSION_ID=42", ["fedora", "42", "server"]),
    ("#ID=no\nID='a\\b'\nID_LIKE=other", [#"a\b"#, "", ""]),
    ("NAME=\"A=B\"\nID=\nVERSION_ID=\"a\\\"b\"", ["linux", "a\"b", ""]),
    // A mark belongs to the character before it; bytes do not care.
    ("ID=\u{301}x\r", ["\u{301}x\r", "", ""]),
    ("\nVERSION_ID=1\nID=one\nID=two\n", ["two", "1", ""]),
  ])
  func valuesAreReadAsAShellReadsThem(_ text: String, _ expected: [String]) {
    let release = OSRelease(text.utf8)
    #expect([release.id, release.versionID, release.variantID] == expected)
  }

  @Test func theDistributionSpeaksWhereTheAdministratorDoesNot() throws {
    let directory = try TemporaryDirectory()
    defer { try? directory.remove() }
    let root = directory.path
    #expect(OSRelease.read(below: root).id == "linux")
    for (path, id) in [("usr/lib", "distribution"), ("etc", "administrator")] {
      try Files.makeDirectories("\(root)/\(path)")
      try Files.writeAtomically(Array("ID=\(id)\n".utf8), to: "\(root)/\(path)/os-release", mode: 0o644)
      #expect(OSRelease.read(below: root).id == id)
    }
  }
}
