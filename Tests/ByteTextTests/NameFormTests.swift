import ByteText
import Testing

@Suite struct NameFormTests {
  @Test func `bytes are the characters they are in ASCII`() {
    for byte in UInt8.min ... .max {
      let scalar = Unicode.Scalar(byte)
      let (isDigit, isLower) = (("0"..."9").contains(scalar), ("a"..."z").contains(scalar))
      let isUpper = ("A"..."Z").contains(scalar)
      #expect(byte.isASCIIDigit == isDigit && byte.isASCIILower == isLower && byte.isASCIIUpper == isUpper)
      #expect(byte.isASCIILetter == (isLower || isUpper))
      #expect(byte.isASCIIAlphanumeric == (isLower || isUpper || isDigit))
    }
  }

  @Test(arguments: [
    ("a", true), ("a-b", true), ("0-9", true), ("a1-2b-c", true), ("", false), ("-", false), ("-a", false),
    ("a-", false),
    ("a--b", false), ("A", false), ("a_b", false), ("a-\u{301}", false), ("a\0", false), ("\0", false),
  ])
  func `words between single dashes`(text: String, isRight: Bool) {
    #expect(NameForm.areSmallWords(text) == isRight)
  }

  @Test(arguments: [("a", true), ("aB-C", true), ("A", false), ("ab", false), ("a-", false), ("-aB", false)])
  func `the first may be another`(text: String, isRight: Bool) {
    #expect(NameForm.areDashedWords(text, first: \.isASCIILower, rest: \.isASCIIUpper) == isRight)
  }

  @Test(arguments: [
    ("ab", true, false), ("a-", true, false), ("a", false, false), (String(repeating: "a", count: 28), true, false),
    (String(repeating: "a", count: 29), false, false), (String(repeating: "aB0z", count: 8), false, true),
    (String(repeating: "a", count: 32), false, true), (String(repeating: "a", count: 33), false, false),
    (String(repeating: "-", count: 32), false, false), ("AB", false, false), ("", false, false), ("é0", false, false),
  ])
  func `ids of accounts`(text: String, isUsername: Bool, isStoreID: Bool) {
    #expect(NameForm.isUsername(text) == isUsername)
    #expect(NameForm.isStoreID(text) == isStoreID)
    #expect(NameForm.isAccountID(text) == (isUsername || isStoreID))
  }

  @Test(arguments: [
    ("a.b", true), ("org.example.App-1_x", true), ("_a.-b", true), ("a", false), ("", false), (".", false),
    ("a.", false),
    (".a", false), ("a..b", false), ("a.1b", false), ("1a.b", false), ("a.b/c", false), (":1.5", false),
    ("a.b\u{301}", false), ("a." + String(repeating: "b", count: 253), true),
    ("a." + String(repeating: "b", count: 254), false),
  ])
  func `names on a bus`(text: String, isRight: Bool) { #expect(NameForm.isBusName(text) == isRight) }
}
