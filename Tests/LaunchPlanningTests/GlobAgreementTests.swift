import LaunchPlan
import Permissions
import Testing

/// There are two that compare texts with patterns: `PolicyPattern.matches`, over whole paths for those who explain
/// refusals, and `PathGlob`, which names of a directory are compared with while a sandbox is built, in a program without
/// the Swift runtime. Within a name they must say the same.
@Suite struct GlobAgreementTests {
  private static let pieces = [
    "a", "b", "-", ".", "*", "?", "[ab]", "[^a]", "[a-c]", "\\*", "{a,b}", "{,ab}", "\\[", "x",
  ]
  private static let names = [
    "a", "b", "ab", "ba", "aab", "abc", "*", "[", ".a", "-", "x", "c", "a-b", "xx", "a.b", "bb*",
  ]

  @Test func bothSayTheSame() throws {
    var random = SystemRandomNumberGenerator()
    for _ in 0..<3000 {
      let text = (0..<Int.random(in: 1...5, using: &random)).map { _ in Self.pieces.randomElement(using: &random) ?? ""
      }
      .joined()
      // Two stars mean more where there are directories, and alone they are a component of their own.
      guard !text.utf8.elementsEqual("**".utf8), let glob = PathGlob(text), let component = glob.components.first,
        let pattern = try? PolicyPattern("/" + text)
      else { continue }
      for name in Self.names {
        let bytes = Array(name.utf8)
        let matches =
          switch component {
          case .names(let known): known.contains(bytes)
          case .glob(let alternatives): alternatives.contains { PathGlob.matches($0, bytes) }
          case .anyDepth: true
          }
        #expect(pattern.matches("/" + name) == matches, "\(text) and \(name)")
      }
    }
  }
}
