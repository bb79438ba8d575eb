import TestSupport
import Testing

@testable import CommandLine

/// `snap why` and what `snap run --explain` says.
@Suite struct WhyTests {
  @Test func tellsDenials() throws {
    let answer = #"""
      {"denials":[
        {"app":"hello.sh","what":"read /home/ann/a\u001b[31m","layer":"Landlock","count":1,
         "suggestions":[{"interface":"home","command":"snap connect hello:home","text":"snap connect hello:home"}]},
        {"app":"hello.sh","what":"system call mount","layer":"seccomp","count":3,
         "suggestions":[{"interface":"x","text":"plug \"x\" would grant this, but the snap does not have it",
           "super-privileged":true}]},
        {"app":"hello","what":"write /usr/x","layer":"read-only","count":1}
      ],"sources":["/dev/kmsg"],"truncated":true}
      """#
    let ran = try run("why hello.sh", ["GET /v2/explain?snap=hello&app=sh": [Server.sync(answer)]])
    #expect(ran.code == 0 && ran.err.isEmpty)
    #expect(
      ran.out == """
        hello.sh: read /home/ann/a\\u{1b}[31m (Landlock)
          snap connect hello:home
        hello.sh: system call mount (seccomp, 3 times)
          plug "x" would grant this, but the snap does not have it  # super-privileged
        hello: write /usr/x (read-only)
          no interface grants this
        There is more that is not shown.

        """)
  }

  @Test func saysWhenThereIsNothing() throws {
    let none = try run("why hello", ["GET /v2/explain?snap=hello": [Server.sync(#"{"denials":[]}"#)]])
    #expect(none.err == "No record of refusals can be read here. Try: snap run --explain hello\n")
    let nothing = #"{"denials":[],"sources":["/dev/kmsg"],"unassigned":2}"#
    let quiet = try run("why", ["GET /v2/explain": [Server.sync(nothing)]])
    #expect(
      quiet.err == """
        2 refusals on record are of ended processes of snaps that are not told.
        No refusal of any app is on record. To watch an app: snap run --explain <app>

        """)
  }

  @Test func onlyAppsAreExplained() throws {
    #expect(
      try run("run --explain --hook=install hello").err
        == "error: cannot use --explain with --hook or --command: only apps are explained\n")
  }
}
