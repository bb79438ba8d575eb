import ByteText
import Testing

@Suite struct HexadecimalTests {
  @Test(
    arguments: [
      ([], ""), ([0], "00"), ([0x0F, 0xF0], "0ff0"), ([0xAB, 0xCD, 0xEF, 0x12], "abcdef12"),
    ] as [([UInt8], String)])
  func `two digits a byte, there and back`(bytes: [UInt8], text: String) {
    #expect(Hexadecimal.text(bytes) == text)
    #expect(Hexadecimal.text(bytes[...]) == text)
    #expect(Hexadecimal.bytes(text) == bytes)
    #expect(Hexadecimal.bytes(text.uppercased(), acceptsUpperCase: true) == bytes)
  }

  @Test func `every byte comes back`() {
    let all = Array(UInt8.min ... .max)
    #expect(Hexadecimal.bytes(Hexadecimal.text(all)) == all)
  }

  @Test(arguments: ["0", "abc", "AB", "g0", "0g", "+f", " 0", "0x", "a\u{301}b", "\u{FF10}0"])
  func `what is no lower-case hexadecimal`(text: String) { #expect(Hexadecimal.bytes(text) == nil) }

  @Test(arguments: ["A", "+F", "G0", "a:"])
  func `what is none in either case`(text: String) {
    #expect(Hexadecimal.bytes(text, acceptsUpperCase: true) == nil)
  }
}

@Suite struct PercentCodingTests {
  @Test(arguments: [
    ("", "", ""), ("azAZ09-._~", "azAZ09-._~", "azAZ09-._~"), ("a b", "a%20b", "a+b"), ("a+b", "a%2Bb", "a%2Bb"),
    ("/?&=#%\\", "%2F%3F%26%3D%23%25%5C", "%2F%3F%26%3D%23%25%5C"), ("é\r\n", "%C3%A9%0D%0A", "%C3%A9%0D%0A"),
    (".", ".", "."), ("/\u{301}", "%2F%CC%81", "%2F%CC%81"),
  ])
  func `what means something is escaped, and comes back`(text: String, part: String, field: String) {
    #expect(PercentCoding.encode(text).hasSameBytes(as: part))
    #expect(PercentCoding.encode(text, spaceIsPlus: true).hasSameBytes(as: field))
    #expect(PercentCoding.decode(part[...].utf8)?.hasSameBytes(as: text) == true)
    #expect(PercentCoding.decode(field[...].utf8, plusIsSpace: true)?.hasSameBytes(as: text) == true)
  }

  @Test(arguments: [("%2f%2F", "//"), ("a+b", "a+b"), ("%41", "A")])
  func `either case is read`(text: String, expected: String) {
    #expect(PercentCoding.decode(text[...].utf8) == expected)
  }

  @Test(arguments: ["%", "a%2", "%g0", "%0g", "%+f", "%00", "%ff", "%C3"])
  func `broken escapes are nothing`(text: String) { #expect(PercentCoding.decode(text[...].utf8) == nil) }
}
