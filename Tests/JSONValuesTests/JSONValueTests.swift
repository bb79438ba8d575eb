import Testing

@testable import JSONValues

@Suite struct JSONValueTests {
  /// What is read and written again is the same, but for spaces and escapes that are not needed.
  @Test(arguments: [
    ("null", nil), ("true", nil), ("0", nil), ("-1", nil), ("-0", nil), ("1.0", nil), ("1e400", nil),
    ("12345678901234567890123456789", nil), ("9223372036854775807", nil), ("0.1000", nil),
    (" [ 1 , \"a\\n\\u0041\" ] ", #"[1,"a\nA"]"#), (#"{"b":1,"a":{}}"#, #"{"a":{},"b":1}"#), ("[]", nil),
    (#""\ud83d\ude00""#, "\"😀\""), (#""\ud83d""#, "\"\u{FFFD}\""), (#""\ud83dA""#, "\"\u{FFFD}A\""),
    (#"{"a":1,"a":2}"#, #"{"a":2}"#), (#""<&>""#, nil), (#""\u0001""#, nil), ("\"\u{2028}\"", #""\u2028""#),
  ])
  func exact(text: String, written: String?) throws {
    let value = try JSONValue(parsing: text)
    #expect(value.text == written ?? text)
    #expect(try JSONValue(parsing: value.text) == value)
  }

  @Test(arguments: [
    "", " ", "nul", "tru", "01", "+1", "1.", ".5", "1e", "-", "'a'", "\"a", "\"\\x\"", "\"\u{1}\"", "[1,]", "[1 2]",
    "{\"a\"}", "{\"a\":1,}", "{a:1}", "1 2", "[", "\"\\u12\"", String(repeating: "[", count: 100_000), "=x",
    "\u{FEFF}1",
  ])
  func refused(text: String) {
    #expect(throws: JSONError.self) { try JSONValue(parsing: text) }
  }

  /// As Go's `json.MarshalIndent(value, "", "\t")`.
  @Test(arguments: [
    (
      #"{"a":{"c":[1,{}],"b":"<"},"d":[]}"#,
      "{\n\t\"a\": {\n\t\t\"b\": \"\\u003c\",\n\t\t\"c\": [\n\t\t\t1,\n\t\t\t{}\n\t\t]\n\t},\n\t\"d\": []\n}"
    ),
    ("3", "3"),
  ])
  func pretty(text: String, written: String) throws {
    #expect(try JSONValue(parsing: text).prettyText == written)
  }
}
