import TestSupport
import Testing
import YAML

struct YAMLTests {
  /// A node in one line, so that tables can say what is expected.
  static func show(_ node: Node) -> String {
    switch node.content {
    case .sequence(let elements): return "[" + elements.map(show).joined(separator: " ") + "]"
    case .mapping(let entries):
      return "{" + entries.map { "\($0.key)=\(show($0.value))" }.joined(separator: " ") + "}"
    case .scalar(let text, _):
      if node.isNull { return "null" }
      if let bool = node.bool { return "\(bool)" }
      if let integer = node.integer { return "\(integer)" }
      if let float = node.float { return "\(float)" }
      return "'\(text)'"
    }
  }

  static func parse(_ text: String, limits: Node.Limits = .init()) throws -> Node {
    try Node.parse(Array(text.utf8), limits: limits)
  }

  static let documents: [(String, String)] = [
    // Nothing.
    ("", "null"), ("# only a comment\n", "null"), ("---\n", "null"), ("~", "null"), ("null", "null"), ("NULL", "null"),
    ("nUll", "'nUll'"), ("\"\"", "''"), ("'~'", "'~'"), ("!!str ~", "'~'"),
    // Truth values, as YAML 1.1 has them.
    (
      "[true, True, TRUE, yes, Yes, YES, y, Y, on, On, ON]",
      "[\(Array(repeating: "true", count: 11).joined(separator: " "))]"
    ),
    (
      "[false, False, FALSE, no, No, NO, n, N, off, Off, OFF]",
      "[\(Array(repeating: "false", count: 11).joined(separator: " "))]"
    ),
    ("[tRue, 'yes', \"on\", !!str true, yess]", "['tRue' 'yes' 'on' 'true' 'yess']"),
    // Numbers.
    ("[0, 1, -1, +1, 1_000, 010, 0o10, 0x1F, 0XfF, 0b101, -0b11, -0x1]", "[0 1 -1 1 1000 8 8 31 255 5 -3 -1]"),
    (
      "[08, 0x, 0b2, 0o9, 1a, --1, 0x-5, 0-5, +-1, 0x+5]", "[8.0 '0x' '0b2' '0o9' '1a' '--1' '0x-5' '0-5' '+-1' '0x+5']"
    ),
    ("9223372036854775807", "9223372036854775807"), ("-9223372036854775808", "-9223372036854775808"),
    ("9223372036854775808", "9.223372036854776e+18"),
    ("[1.5, .5, 1., 1e3, 1.0, -2.5E-1, .inf, -.inf]", "[1.5 0.5 1.0 1000.0 1.0 -0.25 inf -inf]"),
    ("[1.2.3, ., e5, infinity, nan, 0x1p3, '1.5', 1.0-2]", "['1.2.3' '.' 'e5' 'infinity' 'nan' '0x1p3' '1.5' '1.0-2']"),
    ("!!int \"3\"", "3"), ("!!str 3", "'3'"), ("! 3", "'3'"), ("!own 3", "'3'"),
    ("2001-01-01", "'2001-01-01'"), ("12:30", "'12:30'"),
    // Texts.
    ("a: |\n  one\n  two\n", "{a='one\ntwo\n'}"), ("a: >-\n  one\n  two\n", "{a='one two'}"),
    ("\"\\u00e4\\x41\\n\"", "'äA\n'"), ("'it''s'", "'it's'"), ("a: b # c", "{a='b'}"), ("a: b#c", "{a='b#c'}"),
    // Maps and lists.
    ("a: 1\nb: [x, {c: d}]\n", "{a=1 b=['x' {c='d'}]}"), ("- a\n- - b\n  - c\n", "['a' ['b' 'c']]"),
    ("a:\nb: ~\n", "{a=null b=null}"), ("1: x\ntrue: y2\n~: z\n", "{1='x' true='y2' ~='z'}"),
    ("? a\n: b\n", "{a='b'}"), ("{a, b: }", "{a=null b=null}"), ("z: 1\na: 2\n", "{z=1 a=2}"),
    // Anchors and merges: what a map says itself comes first, of several merged ones the first.
    ("a: &x [1]\nb: *x\n", "{a=[1] b=[1]}"), ("a: &x 1\nb: &x 2\nc: *x\n", "{a=1 b=2 c=2}"),
    ("a: &x {k: 1, l: 2}\nb: {<<: *x, k: 3}\n", "{a={k=1 l=2} b={k=3 l=2}}"),
    ("a: &x {k: 1}\nb: &y {k: 2, m: 4}\nc: {<<: [*x, *y]}\n", "{a={k=1} b={k=2 m=4} c={k=1 m=4}}"),
    ("'<<': 1\n", "{<<=1}"),
    // Only the first document counts; a byte order mark and other encodings are read.
    ("a: 1\n---\nb: 2\n", "{a=1}"), ("%YAML 1.1\n---\na: 1\n...\n", "{a=1}"), ("\u{FEFF}a: 1\n", "{a=1}"),
  ]

  @Test(arguments: documents) func aDocumentIsRead(_ text: String, _ expected: String) throws {
    #expect(try Self.show(Self.parse(text)) == expected)
  }

  static let refused: [(String, Int, String)] = [
    ("a: 1\na: 2\n", 2, "key \"a\" already set in map"), ("{a: 1, 'a': 2}", 1, "key \"a\" already set in map"),
    ("a: *x\n", 1, "unknown anchor 'x' referenced"), ("a: &x [*x]\n", 1, "unknown anchor 'x' referenced"),
    ("a: &x {b: 1, <<: *x}\n", 1, "unknown anchor 'x' referenced"),
    ("<<: 1\n", 1, "map merge requires map or sequence of maps as the value"),
    ("<<: [1]\n", 1, "map merge requires map or sequence of maps as the value"),
    ("? [a]\n: b\n", 1, "a key must be a scalar"), ("{a: 1}: b\n", 1, "a key must be a scalar"),
    ("{", 2, "did not find expected node content"), ("[1, 2", 2, "did not find expected ',' or ']'"),
    ("a: 'x", 2, "found unexpected end of stream"), ("a: \"\\q\"", 1, "found unknown escape character"),
    ("a:\n\tb: 1\n", 2, "found character that cannot start any token"),
    ("a: b: c\n", 1, "mapping values are not allowed in this context"),
    ("a: @x\n", 1, "found character that cannot start any token"),
    ("%YAML 2.0\n---\n", 1, "found incompatible YAML document"), ("%FOO\n---\n", 1, "found unknown directive name"),
    ("!x!y z", 1, "found undefined tag handle"), ("a: b\0c\n", 1, "control characters are not allowed"),
    ("a: \u{1b}[31m\n", 1, "control characters are not allowed"),
  ]

  @Test(arguments: refused) func whatIsNoDocumentIsRefused(_ text: String, _ line: Int, _ problem: String) {
    #expect(Self.failure(Array(text.utf8))?.problem == problem)
    if let found = Self.failure(Array(text.utf8))?.line { #expect(abs(found - line) <= 1, "\(found)") }
  }

  static func failure(_ bytes: [UInt8], limits: Node.Limits = .init()) -> YAMLError? {
    do throws(YAMLError) {
      _ = try Node.parse(bytes, limits: limits)
      return nil
    } catch { return error }
  }

  static let badBytes: [[UInt8]] = [
    [0xFF], [0x61, 0x80], [0xC3, 0x28], [0xE2, 0x82], [0xED, 0xA0, 0x80], [0xF5, 0x80, 0x80, 0x80],
    [0x61, 0x3A, 0x20, 0],
    [0xC0, 0xAF], [0xFE, 0xFF, 0xD8, 0x00], [0xFF, 0xFE, 0x00], [0x7F],
  ]

  @Test(arguments: badBytes) func textIsUTF8WithoutControlCharacters(_ bytes: [UInt8]) {
    #expect(Self.failure(bytes) != nil)
  }

  /// What a small text may stand for, and how deep it may go, is bounded; the answer comes at once.
  @Test func costsAreBounded() {
    var laughs = "a0: &a0 [x]\n"
    for index in 1..<30 {
      let names = Array(repeating: "*a\(index - 1)", count: 9).joined(separator: ", ")
      laughs += "a\(index): &a\(index) [\(names)]\n"
    }
    var merges = "a0: &a0 {k0: 1}\n"
    for index in 1..<40 { merges += "a\(index): &a\(index) {<<: [*a\(index - 1), *a\(index - 1)], k\(index): 1}\n" }
    let clock = ContinuousClock()
    for (text, problem) in [
      (laughs, "document contains excessive aliasing or nodes"),
      (merges, "document contains excessive aliasing or nodes"),
      (String(repeating: "[", count: 100_000), "exceeded max depth of 64"),
      (String(repeating: "{a: ", count: 100_000), "exceeded max depth of 64"),
      (String(repeating: "- ", count: 100_000), "exceeded max depth of 64"),
      (String(repeating: "- x\n", count: 200_000), "document contains excessive aliasing or nodes"),
    ] {
      let time = clock.measure { #expect(Self.failure(Array(text.utf8))?.problem == problem) }
      #expect(time < .seconds(10))
    }
    #expect(Self.failure(Array("[[1]]".utf8), limits: .init(nodes: 10, depth: 1)) != nil)
    #expect(Self.failure(Array("[[1]]".utf8), limits: .init(nodes: 3, depth: 2)) == nil)
  }

  @Test func nodesKnowTheirPlace() throws {
    let node = try Self.parse("a: 1\nb:\n  - x\n  - {c: ~}\n")
    #expect(node.line == 1 && node["b"]?.sequence?[1].line == 4)
    #expect(node["b"]?.sequence?[1]["c"]?.isNull == true && node["z"] == nil && node["a"]?["b"] == nil)
    #expect(
      ["a: 1", "[]", "x", "1", "1.5", "no", "~"].map { try? Self.parse($0).tag } == [
        "!!map", "!!seq", "!!str", "!!int", "!!float", "!!bool", "!!null",
      ])
    #expect(
      try Self.parse("[a]").kind == "a list" && Self.parse("a: 1").kind == "a map" && Self.parse("1").kind == "a scalar"
    )
  }

  /// Bytes that make sense nowhere, and mutations of a document that does: the parser answers, whatever it says.
  @Test func noBytesTrapTheParser() {
    var generator = SeededGenerator(seed: 7)
    let good = Array("a: &x {b: [1, 2], <<: {c: d}}\ne: *x\nf: |\n  text\n? g\n: !!str \"\\u00e4\"\n".utf8)
    for _ in 0..<20_000 {
      var bytes = good
      for _ in 0..<Int.random(in: 1...6, using: &generator) {
        let place = Int.random(in: 0..<bytes.count, using: &generator)
        switch Int.random(in: 0...3, using: &generator) {
        case 0: bytes[place] = UInt8.random(in: 0...255, using: &generator)
        case 1: bytes.insert("{}[]:,&*!|>'\"%@`#-?\n\t ~<".utf8.randomElement(using: &generator) ?? 0, at: place)
        case 2: bytes.removeSubrange(place..<max(place, min(place + 3, bytes.count - 1)))
        default: bytes += bytes[place...]
        }
      }
      if let node = try? Node.parse(bytes) { _ = Self.show(node) }
      let noise = (0..<Int.random(in: 0...40, using: &generator)).map { _ in
        UInt8.random(in: 0...255, using: &generator)
      }
      _ = try? Node.parse(noise)
    }
  }
}
