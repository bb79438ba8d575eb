import API
import Glibc
import TestSupport
import Testing

@testable import CommandLine

/// Words that mean something else where names are expected. No answer is scripted: the daemon must not be asked.
@Suite struct OddNameTests {
  @Test(arguments: [
    "install .", "install ..", "refresh .", "remove ..", "remove ''", "switch . --edge", "switch '' --edge", "enable .",
    "revert ..", "get . key", "set .. key=value",
  ]) func notFound(_ line: String) throws {
    let ran = try run(line)
    #expect(ran.code == 1 && ran.out.isEmpty)
    #expect(ran.err.hasPrefix("error: snap \"") && ran.err.hasSuffix("\" not found\n"), "\(line): \(ran.err)")
  }

  @Test func info() throws {
    #expect(try run("info ''") == Ran(code: 1, out: "", err: "error: no snap found for \"\"\n"))
    let answers = ["GET /v2/find?name=..": [Server.error("snap not found", kind: "snap-not-found")]]
    #expect(try run("info ..", answers) == Ran(code: 1, out: "", err: "error: no snap found for \"..\"\n"))
  }

  @Test(arguments: ["why ''", "why foo.", "why .foo", "why ."]) func why(_ line: String) throws {
    let ran = try run(line)
    #expect(ran.code == 1 && ran.err.contains(": <snap> or <snap>.<app> is expected"), "\(ran.err)")
  }

  @Test func interface() throws {
    let answers = ["GET /v2/interfaces?select=connected": [Server.sync(#"[{"name":"home","summary":"S"}]"#)]]
    #expect(try run("interface ''", answers).out == "Name  Summary\nhome  S\n")
  }
}
