import Linux
import TestSupport
import Testing

@testable import Host

@Suite struct AliasLinksTests {
  @Test func aliasesAreExactlyTheSetOfTheSnap() throws {
    let directory = try TemporaryDirectory()
    let directories = Directories(root: directory.path)
    let links = AliasLinks(directories: directories)
    #expect(try links.all() == [:])
    try Commands(directories: directories).set(["foo", "foo.bar"], of: "foo")
    try links.set(["f": "foo", "b": "foo.bar"], of: "foo")
    try links.set(["other": "food"], of: "food")
    #expect(readLink(directories.commands + "/b") == "foo.bar")
    #expect(try links.all() == ["f": "foo", "b": "foo.bar", "other": "food"])
    // Aliases and commands keep out of each other's way.
    #expect(try Commands(directories: directories).list(of: "foo") == ["foo", "foo.bar"])
    try links.set(["f": "foo.bar", "c": "foo"], of: "foo")
    #expect(try links.list(of: "foo") == ["f": "foo.bar", "c": "foo"])
    for (name, command) in [("x", "bar"), ("x/y", "foo"), ("", "foo"), ("foo", "foo.bar"), ("y", "fooo")] {
      #expect(throws: (any Error).self) { try links.set([name: command], of: "foo") }
    }
    #expect(readLink(directories.commands + "/foo") == "../../usr/bin/snap")
    try links.set([:], of: "foo")
    #expect(try links.all() == ["other": "food"])
  }
}
