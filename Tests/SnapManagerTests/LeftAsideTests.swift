import Testing

@testable import SnapManager

@Suite struct LeftAsideTests {
  @Test(arguments: [
    (".snap.core.30813y6gfuu1t~", true), (".current.0~", true), (".x.3w5e11264sgsf~", true),
    ("snap.core", false), (".current", false), (".current~", false), (".30813y6gfuu1t~", false), ("~", false),
    ("", false),
    ("a.b.30813y6gfuu1t~", false), (".name.not a number~", false), (".name.zzzzzzzzzzzzzzzzzzzz~", false),
    (".name.ä~", false), (".name.1", false),
    // A tree that was being copied: "copying" is a number in base 36.
    (".x10.copying~", false),
  ])
  func `a name for writing aside is told from others`(name: String, isOne: Bool) {
    #expect(SnapManager.isLeftAside(name) == isOne)
  }
}
