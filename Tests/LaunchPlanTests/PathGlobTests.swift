import Testing

@testable import LaunchPlan

@Suite struct PathGlobTests {
  @Test(arguments: [
    ("a", "a", true), ("a", "b", false), ("*", "", true), ("*", ".hidden", true), ("a*c", "abc", true),
    ("a*c", "ac", true), ("a*c", "abd", false), ("?", "", false), ("?", "x", true), ("video[0-9]*", "video0", true),
    ("video[0-9]*", "video", false), ("[^s.]*", "docs", true), ("[^s.]*", "snap", false), ("[^s.]*", ".x", false),
    ("[a-cx]y", "by", true), ("[a-cx]y", "xy", true), ("[a-cx]y", "dy", false), ("\\*", "*", true),
    ("\\*", "x", false), ("[\\]]", "]", true), ("*a*b*", "xxaxxbxx", true), ("*a*b*", "xxbxxaxx", false),
    ("[a\\-z]", "-", true), ("[a\\-z]", "m", false), ("[^a-c]", "b", false), ("+usb:*", "+usb:1", true),
    ("[a-]", "-", true),
  ])
  func names(pattern: String, name: String, matches: Bool) {
    #expect(PathGlob.matches(Array(pattern.utf8), Array(name.utf8)) == matches)
  }

  @Test(arguments: [
    ("a/b", 2), ("*", 1), ("a/**/b", 3), ("{a,b}", 1), ("x{,y}", 1), ("", 0), ("/a", nil), ("a//b", nil), ("a/", nil),
    (".", nil), ("a/..", nil), ("{a", nil), ("a}", nil), ("[a", nil), ("{,a}", nil), ("a\\", nil), ("{..,x}", nil),
    (String(repeating: "{a,b}", count: 9), nil), (String(repeating: "a/", count: 40) + "a", nil),
  ])
  func patterns(pattern: String, count: Int?) {
    #expect(PathGlob(pattern)?.components.count == count)
  }

  @Test func whatAComponentIs() {
    let names = { (names: [String]) in PathGlob.Component.names(names.map { Array($0.utf8) }) }
    #expect(PathGlob("a\\*")?.components == [names(["a*"])])
    #expect(PathGlob("{pid,x{y,z}}")?.components == [names(["pid", "xy", "xz"])])
    #expect(PathGlob("**/a*")?.components == [.anyDepth, .glob([Array("a*".utf8)])])
  }

  /// Whatever a pattern and a name are, there is an answer soon.
  @Test func randomPatternsEnd() {
    var generator = SystemRandomNumberGenerator()
    let alphabet = Array("ab*?[]^-{},\\/.".utf8)
    let start = ContinuousClock.now
    for round in 0..<30_000 {
      let length = Int.random(in: 0...(round % 100 == 0 ? 300 : 24), using: &generator)
      let bytes = (0..<length).map { _ in alphabet[Int.random(in: 0..<alphabet.count, using: &generator)] }
      let name = (0..<length).map { _ in
        [UInt8(ascii: "a"), UInt8(ascii: "b")][Int.random(in: 0...1, using: &generator)]
      }
      _ = PathGlob(String(decoding: bytes, as: UTF8.self))
      _ = PathGlob.matches(bytes, name)
    }
    // The worst that backtracking can be asked.
    let stars = Array(String(repeating: "*a", count: 120).utf8)
    #expect(!PathGlob.matches(stars + [UInt8(ascii: "b")], [UInt8](repeating: UInt8(ascii: "a"), count: 255)))
    #expect(ContinuousClock.now - start < .seconds(30))
  }
}
