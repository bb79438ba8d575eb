import LaunchPlan
import Testing

@testable import LaunchPlanning

@Suite struct JoinedPatternsTests {
  @Test(arguments: [
    (["a*", "b*"], ["{a*,b*}"]), (["a*"], ["a*"]), (["a", "b*", "c"], ["{a,c}", "b*"]),
    (["d/a*", "d/b?", "e/a*"], ["d/{a*,b?}", "e/a*"]), (["**", "a*", "b*"], ["**", "{a*,b*}"]),
    (["lib{,x}a*", "libb.so{,.*}"], ["{lib{,x}a*,libb.so{,.*}}"]), ([""], [""]), (["", "a", "b"], ["", "{a,b}"]),
    // A comma in a name would part it.
    (["a,b*", "c*", "d*"], ["a,b*", "{c*,d*}"]),
  ])
  func patternsOfOneDirectoryBecomeOne(_ patterns: [String], _ joined: [String]) {
    #expect(JoinedPatterns.join(patterns) == joined)
  }

  @Test func whatIsJoinedCanBeRead() {
    let patterns = (0..<700).map { "lib\($0){,x}*.so{,.*}" }
    let joined = JoinedPatterns.join(patterns)
    #expect(joined.count < 30)
    #expect(joined.allSatisfy { PathGlob($0) != nil })
  }
}
