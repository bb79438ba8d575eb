import ByteText
import Crypto
import Testing
import Time

@testable import Assertions

@Suite struct WireTests {
  @Test func headers() throws {
    let text = """
      type: x
      empty: 
      multi:
          first
          
            third
      list:
        - a
        - 
        -
            two
            lines
        -
          - nested
        -
          k: v
          m:
            deep: yes
      map:
        a: b
        c:
          - d
      """
    let headers = try HeaderParser.parse(Array(text.utf8)[...])
    let expected: Headers = [
      "type": "x", "empty": "", "multi": "first\n\n  third",
      "list": ["a", "", "two\nlines", ["nested"], ["k": "v", "m": ["deep": "yes"]]], "map": ["a": "b", "c": ["d"]],
    ]
    #expect(headers == expected)
    var writer = HeaderWriter()
    for name in ["type", "empty", "multi", "list", "map"] { writer.add(name, expected[name] ?? "") }
    #expect(writer.text == text)
  }

  @Test(arguments: [
    ("a", "header entry missing ':' separator: \"a\""),
    ("A: b", "invalid header name: \"A\""), ("a-: b", "invalid header name: \"a-\""),
    (": b", "invalid header name: \"\""),
    ("a--b: c", "invalid header name: \"a--b\""), ("0: c", "invalid header name: \"0\""),
    ("a:b", "header entry should have a space or newline (for multiline) before value: \"a:b\""),
    ("a:", "expected 4 chars nesting prefix after multiline introduction \"a:\": EOF"),
    ("a:\nb: c", "expected 4 chars nesting prefix after multiline introduction \"a:\": \"b: c\""),
    ("a: b\na: c", "repeated header: \"a\""),
    ("a:\n  b: c\n  b: d", "repeated map entry key: \"b\""), ("a:\n  b", "map entry missing ':' separator: \"b\""),
    ("a:\n  B: c", "invalid map entry key: \"B\""), ("a: b\n", "header entry missing ':' separator: \"\""),
    ("a: b\r\nb: c\n\u{301}", "header entry missing ':' separator: \"\u{301}\""),
  ])
  func badHeaders(text: String, message: String) {
    #expect(throws: AssertionError(message)) { try HeaderParser.parse(Array(text.utf8)[...]) }
  }

  @Test func separators() throws {
    let sample = try Samples.shared.assertion(.repair)
    #expect(try Assertion.decode(sample.encoded) == sample)
    let text = String(decoding: sample.encoded, as: UTF8.self)
    func refused(_ text: String, _ message: String) {
      let error = #expect(throws: AssertionError.self) { try Assertion.decode(Array(text.utf8)) }
      #expect(error?.description.hasBytePrefix(message) == true, "\(error?.description ?? "")")
    }
    refused("type: x", "assertion content/signature separator not found")
    refused("type: x\n\n", "assertion: \"sign-key-sha3-384\" header is mandatory")
    refused(
      text.replacing("body-length: 18", "body-length: 17"),
      "assertion body length and declared body-length don't match: 18 != 17")
    refused(
      text.replacing("body-length: 18", "body-length: 018"),
      "assertion: \"body-length\" header has invalid prefix zeros: 018")
    refused(
      text.replacing("body-length: 18\n", ""), "assertion body length and declared body-length don't match: 18 != 0")
    refused(text.replacing("type: repair", "type: other"), "assertion: unknown assertion type: \"other\"")
    refused(text.replacing("authority-id: brand\n", ""), "assertion: \"authority-id\" header is mandatory")
    refused(
      text.replacing("repair-id: 42", "repair-id: a/b"),
      "assertion repair: \"repair-id\" primary key header cannot contain '/'")
    refused(text.replacing("repair-id: 42\n", ""), "assertion repair: \"repair-id\" header is mandatory")
    refused(
      text.replacing("\nbrand-id: brand", "\nbrand-id: other"), "assertion repair: authority-id and brand-id must match"
    )
    var noise = sample.encoded
    noise.insert(0xFF, at: 0)
    #expect(throws: AssertionError("parsing assertion headers: header is not utf8")) { try Assertion.decode(noise) }
    #expect(throws: AssertionError.self) { try Assertion.decode([UInt8](repeating: 10, count: 5 << 20)) }
    let builtin = try Assertion.builtin(
      .baseDeclaration, ["authority-id": "canonical", "series": "16", "timestamp": "2026-01-01T00:00:00Z"])
    #expect(builtin.isBuiltin)
    #expect(throws: AssertionError.self) { try Assertion.decode(builtin.encoded) }
  }

  @Test func canonicalOrder() throws {
    let samples = try Samples.shared
    let signed = try Assertion.sign(
      .snapRevision,
      samples.headers(.snapRevision).merging([
        "authority-id": "root", "revision": "2", "provenance": "own", "z": "last", "a": "first",
      ]) { $1 }, with: samples.rootKey, at: samples.now)
    let names = String(decoding: signed.content, as: UTF8.self).byteSplit("\n").compactMap {
      $0.byteSplit(":").first.map(String.init)
    }
    #expect(
      names == [
        "type", "authority-id", "revision", "snap-sha3-384", "provenance", "a", "developer-id", "snap-id",
        "snap-revision", "snap-size", "timestamp", "z", "sign-key-sha3-384",
      ])
    let usual = try Assertion.sign(
      .snapRevision,
      samples.headers(.snapRevision).merging(["authority-id": "root", "revision": "0", "provenance": "global-upload"]) {
        $1
      },
      with: samples.rootKey, at: samples.now)
    #expect(usual.headers["revision"] == nil)
    #expect(usual.headers["provenance"] == nil)
    #expect(usual.reference.key == [Samples.digest, "global-upload"])
    #expect("\(usual.reference)" == "snap-revision (\(Samples.digest))")
    // A value that would be read as other headers, or as nothing.
    for bad in ["a\n\nb: c\n", "\n", "\u{0}"] as [String] {
      let headers = samples.headers(.account).merging(["authority-id": "root", "display-name": .text(bad)]) { $1 }
      if let made = try? Assertion.sign(.account, headers, with: samples.rootKey, at: samples.now) {
        #expect(made.headers["display-name"] == .text(bad))
      }
    }
  }

  @Test func formats() throws {
    let samples = try Samples.shared
    func sign(_ plugs: HeaderValue, format: String? = nil) throws -> Assertion {
      var headers = samples.headers(.snapDeclaration)
      headers["plugs"] = plugs
      headers["authority-id"] = "root"
      headers["format"] = format.map { .text($0) }
      return try Assertion.sign(.snapDeclaration, headers, with: samples.rootKey, at: samples.now)
    }
    for (constraint, format) in [
      ("x", "1"), ("$MISSING", "2"), ("$SLOT(a)", "2"), ("$PLUG_PUBLISHER_ID", "6"),
    ] as [(HeaderValue, String)] {
      let plugs: HeaderValue = ["i": ["allow-connection": ["plug-attributes": ["a": constraint]]]]
      #expect(try sign(plugs).headers["format"] == .text(format))
    }
    #expect(try sign(["i": ["allow-connection": ["on-store": ["a"]]]]).format == 3)
    #expect(try sign(["i": ["allow-connection": ["plug-names": ["a"]]]]).format == 4)
    #expect(try sign(["i": ["allow-connection": ["plug-attributes": ["a": ["x", "y"]]]]]).format == 5)
    #expect(try sign(["i": ["allow-connection": ["on-classic": ["ubuntu/desktop"]]]]).format == 7)
    #expect(try sign(["i": "true"], format: "5").format == 5)
    #expect(throws: AssertionError.self) { try sign(["i": ["allow-connection": ["on-store": ["a"]]]], format: "2") }
    #expect(throws: AssertionError.self) { try sign(["i": "true"], format: "8") }
  }

  @Test func streams() throws {
    let samples = try Samples.shared
    let all = try AssertionType.allCases.filter { $0 != .baseDeclaration }.map(samples.assertion)
    let bytes = all.encodedStream
    #expect(try AssertionStreamReader.decode(bytes) == all)
    // However it is cut.
    for step in [1, 7, 4096] {
      var reader = AssertionStreamReader()
      var found: [Assertion] = []
      for start in stride(from: 0, to: bytes.count, by: step) {
        reader.take(bytes[start..<min(start + step, bytes.count)])
        while let next = try reader.next() { found.append(next) }
      }
      reader.end()
      while let next = try reader.next() { found.append(next) }
      #expect(found == all)
    }
    #expect(try AssertionStreamReader.decode([]).isEmpty)
    for length in [1, 50, 400, all[0].encoded.count - 3] {
      // What is cut off is no assertion, or one with a signature that is none.
      if let cut = try? AssertionStreamReader.decode(Array(bytes.prefix(length))).first {
        #expect(throws: (any Error).self) { try samples.database.check(cut, now: samples.now) }
      }
    }
    #expect(throws: AssertionError.self) { try AssertionStreamReader.decode([UInt8](repeating: 97, count: 200_000)) }
  }

  /// Whatever headers are signed come back as they were, and are written again as the same bytes.
  @Test func roundTrips() throws {
    var generator = RandomHeaders(state: 7)
    let samples = try Samples.shared
    for _ in 0..<60 {
      var headers = samples.headers(.account)
      headers["authority-id"] = "root"
      for index in 0..<4 { headers["x\(index)"] = generator.value(depth: 0) }
      let made = try Assertion.sign(.account, headers, with: samples.rootKey, at: samples.now)
      let again = try Assertion.decode(made.encoded)
      #expect(again == made)
      let twice = try Assertion.sign(.account, again.headers, with: samples.rootKey, at: samples.now)
      #expect(twice.content == made.content)
      for (name, value) in headers where name.hasPrefix("x") { #expect(again.headers[name] == value) }
    }
  }

  @Test func json() throws {
    func canonical(_ text: String) throws -> String {
      String(decoding: try CanonicalJSON.of(Array(text.utf8)), as: UTF8.self)
    }
    #expect(
      try canonical(#"{"b":[1,2.50,{}],"a":{"é":null,"\u0041":"\ud83d\ude00<"},"c":[]}"#)
        == "{\n  \"a\": {\n    \"A\": \"😀\\u003c\",\n    \"é\": null\n  },\n  \"b\": [\n    1,\n    2.50,\n    {}\n  ],\n  \"c\": []\n}"
    )
    for wrong in [
      "", "{", "[1,]", "01", "1.", "\"\\x\"", "\"\n\"", "nul", "[1] 2", "{a:1}",
    ] {
      #expect(throws: AssertionError.self, "\(wrong)") { try canonical(wrong) }
    }
    #expect(throws: AssertionError.self) { try canonical(String(repeating: "[", count: 100_000)) }
  }
}

extension String {
  func replacing(_ old: String, _ new: String) -> String {
    guard let found = firstRange(of: old) else { return self }
    return String(self[..<found.lowerBound]) + new + String(self[found.upperBound...])
  }

  private func firstRange(of text: String) -> Range<Index>? {
    var start = startIndex
    while start < endIndex {
      if self[start...].hasPrefix(text) { return start..<index(start, offsetBy: text.count) }
      start = index(after: start)
    }
    return nil
  }
}

/// Random values of headers.
struct RandomHeaders {
  var state: UInt64

  mutating func next(_ bound: Int) -> Int {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Int(state >> 33) % bound
  }

  mutating func value(depth: Int) -> HeaderValue {
    switch next(depth > 3 ? 1 : 3) {
    case 0: .text(text())
    case 1: .list((0...next(3)).map { _ in value(depth: depth + 1) })
    default: .map(Dictionary((0...next(3)).map { ("k\($0)", value(depth: depth + 1)) }, uniquingKeysWith: { $1 }))
    }
  }

  private mutating func text() -> String {
    let pieces = ["a", " ", "  - x", "b: c", "\n", "é", "\u{301}", ":", "-", "\r", "\t", "😀", "  "]
    return (0..<next(8)).map { _ in pieces[next(pieces.count)] }.joined()
  }
}
