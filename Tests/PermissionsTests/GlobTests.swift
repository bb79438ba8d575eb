import Permissions
import TestSupport
import Testing

/// Patterns of AppArmor's kind against texts.
struct GlobTests {
  @Test(
    arguments: [
      ("/a/b", "/a/b", true), ("/a/b", "/a/b/", false), ("/a/*", "/a/b", true), ("/a/*", "/a/", false),
      ("/a/*", "/a/b/c", false), ("/a/**", "/a/b/c", true), ("/a/**", "/a/", false), ("/a/{,**}", "/a/", true),
      ("/a/{,**}", "/a/b/c", true), ("/a*", "/a", true), ("/a*b", "/ab", true), ("/a*b", "/a/b", false),
      ("/a**b", "/a/b", true), ("/?", "/x", true), ("/?", "//", false), ("/?", "/", false),
      ("/dev/video[0-9]*", "/dev/video0", true), ("/dev/video[0-9]*", "/dev/video", false),
      ("/dev/video[0-9]*", "/dev/video10", true), ("/[^ab]**", "/a", false), ("/[^ab]**", "/cab", true),
      ("/{usr/,}bin/{a,b{c,d}}", "/bin/bd", true), ("/{usr/,}bin/{a,b{c,d}}", "/usr/bin/a", true),
      ("/{usr/,}bin/{a,b{c,d}}", "/usr/bin/b", false), (#"/a\*"#, "/a*", true), (#"/a\*"#, "/ab", false),
      (#"/a\{b\,c\}"#, "/a{b,c}", true), ("/@{pid}/x", "/123/x", true), ("/@{pid}/x", "/0/x", false),
      ("/proc/@{pid}/task/@{tid}/", "/proc/1/task/99999/", true), ("$HOME/.ssh/", "/home/ann/.ssh/", true),
      ("$HOME/.ssh/", "/root/.ssh/", true), ("$HOME/.ssh/", "/home/ann/x/.ssh/", false),
      ("/var/snap/{@{SNAP_NAME},@{SNAP_INSTANCE_NAME}}/**", "/var/snap/foo_key/1/a", true),
      ("/var/snap/{@{SNAP_NAME},@{SNAP_INSTANCE_NAME}}/**", "/var/snap/bar/1/a", false),
      ("@{SNAP_COREUTIL_DIRS}cat", "/usr/bin/cat", true), ("/é*", "/éa", true), ("/@{unknown}", "/x", false),
      ("/lib/@{multiarch}/x", "/lib/x86_64-linux-gnu/x", true), ("/**/", "/a/b/", true), ("/**/", "/a/b", false),
    ] as [(String, String, Bool)]) func matches(_ pattern: String, _ path: String, _ expected: Bool) throws
  {
    let subject = try PolicySubject(tag: "snap.foo_key.app", snap: "foo", instance: "foo_key", revision: "1")
    #expect(try PathPattern(pattern).matches(path, PatternVariables(subject: subject)) == expected)
  }

  /// Stars and groups that take a backtracking matcher longer than the universe lasts.
  @Test func isBounded() throws {
    let stars = try PolicyPattern(String(repeating: "{a*,*a,**}", count: 200) + "b")
    #expect(!stars.matches(String(repeating: "a", count: 2000)))
    #expect(try PolicyPattern(String(repeating: "{", count: 20000) + String(repeating: "}", count: 20000)).matches(""))
    #expect(
      try !PolicyPattern("x" + String(repeating: "{,x}", count: 3000)).matches(String(repeating: "x", count: 3002)))
  }

  @Test func agreesWithASimpleMatcher() throws {
    var random = SeededGenerator(seed: 42)
    var compared = 0
    while compared < 20000 {
      let length = Int.random(in: 1...9, using: &random)
      let text = String((0..<length).map { _ in Self.alphabet.randomElement(using: &random) ?? "a" })
      guard let pattern = try? PolicyPattern(text) else { continue }
      for _ in 0..<4 {
        let size = Int.random(in: 0...6, using: &random)
        let path = String((0..<size).map { _ in "ab/".randomElement(using: &random) ?? "a" })
        compared += 1
        #expect(
          pattern.matches(path) == SimpleGlob.matches(Array(text.utf8), Array(path.utf8)), "\(text) against \(path)")
      }
    }
  }

  static let alphabet = Array("aab/**?{},[]^\\{,}")
}

/// The language's meaning written down in the shortest way: a pattern is a list of rests that may follow.
enum SimpleGlob {
  static func matches(_ pattern: [UInt8], _ text: [UInt8]) -> Bool { match(pattern[...], text[...], afterSlash: false) }

  private static func match(_ pattern: ArraySlice<UInt8>, _ text: ArraySlice<UInt8>, afterSlash: Bool) -> Bool {
    guard let first = pattern.first else { return text.isEmpty }
    let rest = pattern.dropFirst()
    switch first {
    case UInt8(ascii: "\\"):
      guard let next = rest.first else { return text.isEmpty }
      return text.first == next && match(rest.dropFirst(), text.dropFirst(), afterSlash: false)
    case UInt8(ascii: "?"):
      guard let byte = text.first, byte != UInt8(ascii: "/") else { return false }
      return match(rest, text.dropFirst(), afterSlash: false)
    case UInt8(ascii: "*"):
      let deep = rest.first == UInt8(ascii: "*")
      let after = rest.drop { $0 == UInt8(ascii: "*") }
      // The rest's own text decides, so alternatives that were written out before hide nothing: see `expand`.
      let atLeastOne = afterSlash && (after.isEmpty || after.first == UInt8(ascii: "/"))
      var tail = text
      if atLeastOne {
        guard let byte = tail.first, byte != UInt8(ascii: "/") else { return false }
        tail = tail.dropFirst()
      }
      while true {
        if match(after, tail, afterSlash: false) { return true }
        guard let byte = tail.first, deep || byte != UInt8(ascii: "/") else { return false }
        tail = tail.dropFirst()
      }
    case UInt8(ascii: "["):
      guard let byte = text.first else { return false }
      var index = rest.startIndex
      let negated = rest.first == UInt8(ascii: "^")
      if negated { index += 1 }
      var found = false
      while index < rest.endIndex, rest[index] != UInt8(ascii: "]") {
        if rest[index] == UInt8(ascii: "\\") { index += 1 }
        if rest[index] == byte { found = true }
        index += 1
      }
      return found != negated && match(rest[(index + 1)...], text.dropFirst(), afterSlash: false)
    case UInt8(ascii: "{"):
      // Each alternative, then what follows the group. A star beside a bracket is no whole element.
      var depth = 0
      var start = rest.startIndex
      var ends: [Range<Int>] = []
      var index = rest.startIndex
      scan: while index < rest.endIndex {
        switch rest[index] {
        case UInt8(ascii: "\\"): index += 1
        case UInt8(ascii: "["):
          while rest[index] != UInt8(ascii: "]") { index += rest[index] == UInt8(ascii: "\\") ? 2 : 1 }
        case UInt8(ascii: "{"): depth += 1
        case UInt8(ascii: "}") where depth > 0: depth -= 1
        case UInt8(ascii: "}"): break scan
        case UInt8(ascii: ",") where depth == 0:
          ends.append(start..<index)
          start = index + 1
        default: break
        }
        index += 1
      }
      ends.append(start..<index)
      let mark: [UInt8] = [0xff]
      return ends.contains { range in
        match((mark + rest[range] + mark + rest[(index + 1)...])[...], text, afterSlash: false)
      }
    case 0xff: return match(rest, text, afterSlash: false)
    default:
      return text.first == first
        && match(rest, text.dropFirst(), afterSlash: first == UInt8(ascii: "/"))
    }
  }
}
