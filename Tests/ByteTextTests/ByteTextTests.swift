import ByteText
import Testing

@Suite struct ByteTextTests {
  /// Each place where a Character has more than one byte that matters: a mark behind a slash, one before it, "\r\n".
  @Test(arguments: [
    ("/a/../\u{301}b", ["a", "..", "\u{301}b"], "/\u{301}b"),
    ("a/..\u{338}/b", ["a", "..\u{338}", "b"], "a/..\u{338}/b"),
    ("a\u{600}/../b", ["a\u{600}", "..", "b"], "b"), ("//\u{301}//", ["\u{301}"], "/\u{301}"),
    ("/./\u{fe0f}x", [".", "\u{fe0f}x"], "/\u{fe0f}x"), ("\r\n/..", ["\r\n", ".."], "."), ("", [], "."), ("/", [], "/"),
    ("../\u{301}", ["..", "\u{301}"], "../\u{301}"), ("/../\u{301}", ["..", "\u{301}"], "/\u{301}"),
    ("a/../../\u{301}", ["a", "..", "..", "\u{301}"], "../\u{301}"), ("./a//b/", [".", "a", "b"], "a/b"),
  ])
  func `paths are names between slashes`(path: String, names: [String], clean: String) {
    #expect(PathBytes.components(path).map { Array($0.utf8) } == names.map { Array($0.utf8) })
    #expect(PathBytes.clean(path).hasSameBytes(as: clean), "\(PathBytes.clean(path))")
    #expect(PathBytes.isClean(path) == path.hasSameBytes(as: clean))
  }

  @Test(arguments: [
    ("a/../\u{301}b", true), ("../\u{301}b", false), ("a/../../\u{301}b", false), ("/../\u{301}b", false), ("", true),
    ("..", false), ("..\u{301}", true), ("a/..", true),
  ])
  func `a relative path stays inside or leaves`(path: String, stays: Bool) {
    #expect(PathBytes.staysInside(path) == stays)
  }

  @Test(arguments: [
    ("/dev/\u{301}x", "/dev", "/\u{301}x"), ("/dev", "/dev", ""), ("/device", "/dev", nil),
    ("/e\u{301}/x", "/\u{e9}", nil),
    ("/dev\u{301}/x", "/dev", nil), ("/a\u{600}/x", "/a\u{600}", "/x"),
  ])
  func `what lies in a directory`(path: String, directory: String, rest: String?) {
    #expect(PathBytes.rest(of: path, in: directory).map { Array($0.utf8) } == rest.map { Array($0.utf8) })
    #expect(PathBytes.lies(path, in: directory) == (rest != nil))
  }

  @Test func `text is bytes`() {
    #expect("a\r\nb\r\n".byteSplit("\n") == ["a\r", "b\r"])
    #expect(
      "k=\u{301}v".byteSplit("=", maxSplits: 1, keepingEmpty: true).map { Array($0.utf8) } == [
        [0x6b], [0xcc, 0x81, 0x76],
      ])
    #expect("::".byteSplit(":", keepingEmpty: true) == ["", "", ""])
    #expect("x\"\u{301}".hasByte("\"") && "a\r\nb".hasByte("\n") && !"ab".hasByte("\n"))
    #expect("/**\u{301}".hasBytes("**") && "a".hasBytes("") && !"*".hasBytes("**") && !"\u{e9}".hasBytes("e\u{301}"))
    #expect("@\u{301}".hasBytePrefix("@") && "\u{600}/".hasByteSuffix("/") && !"/".hasByteSuffix("//"))
    #expect("@\u{301}".bytes(after: "@").map { Array($0.utf8) } == [0xcc, 0x81] && "x".bytes(after: "@") == nil)
    // "K" and U+212A, ";" and U+037E: equal for Swift.
    #expect("K" == "\u{212a}" && !"K".hasSameBytes(as: "\u{212a}") && !"\u{37e}".hasByte(";"))
    #expect(Set<ExactText>(["\u{e9}", "e\u{301}", "\u{e9}"]).count == 2)
  }
}
