import Testing

@testable import StoreState

@Suite struct SearchTextTests {
  @Test(arguments: [
    ("hello", "\"hello\" *" as String?), ("  Hello  World ", "\"hello\" * AND \"world\" *"),
    ("hello-world", "\"hello\" * AND \"world\" *"), ("C# tools", "\"c\" * AND \"tools\" *"), ("", ""), ("'; --", ""),
    ("Grüße", "\"grüße\" *"), ("a*", nil), ("(a)", nil), ("a\"b", nil), ("a:b", nil), ("a\nb", nil),
    ("NEAR OR", "\"near\" * AND \"or\" *"), (String(repeating: "a", count: 257), nil),
  ])
  func whatIsTypedIsSearchedForByWords(_ text: String, _ match: String?) {
    #expect((try? SearchText(text))?.match == match)
  }
}
