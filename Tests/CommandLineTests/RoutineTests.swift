import Glibc
import TestSupport
import Testing

@testable import CommandLine

@Suite struct RoutineTests {
  @Test(
    arguments: [
      ("/var/snap/foo", [], "read-only"), ("/var/snap/foo/common/x", [], "read-write"),
      ("/var/snap/foo/x1/y", [], "read-write"), ("/var/snap/foo/x0", [], "read-only"),
      ("/var/snap/bar/common", [], "hidden"),
      ("/var/snap/foo/../bar/common", [], "hidden"), ("/home/u/snap/foo/current/x", [], "read-write"),
      ("/home/u/snap/foo", [], "read-only"), ("/home/u/snap/bar/common", ["home"], "hidden"),
      ("/home/u/x", [], "hidden"),
      ("/home/u/x", ["home"], "read-write"), ("/home/u/.ssh/x", ["home"], "hidden"),
      ("/home/other/x", ["home"], "hidden"),
      ("/media/u/x", ["home"], "hidden"), ("/media/u/x", ["removable-media"], "read-write"),
      ("/run/media/x", ["removable-media"], "read-write"), ("/etc/passwd", ["home", "removable-media"], "hidden"),
      ("/", ["home"], "hidden"), ("/home/u", ["home"], "read-write"),
    ] as [(String, Set<String>, String)])
  func fileAccess(_ path: String, _ interfaces: Set<String>, _ level: String) {
    var access = FileAccess(snap: "foo", revision: "x1", isClassic: false, interfaces: interfaces, home: "/home/u/")
    #expect(access.level(of: path).rawValue == level)
    access.isClassic = true
    #expect(access.level(of: path) == .readWrite)
  }

  @Test(
    arguments: [
      ("routine portal-info x", 1, "error: cannot use \"x\": it is no process ID\n"),
      ("routine portal-info 2147483647", 1, "error: cannot find snap for process 2147483647\n"),
      ("routine file-access foo x", 1, "error: cannot use \"x\": path must be absolute\n"),
      (
        "routine user-service-precondition --error-exit-code=300", 1,
        "error: cannot use exit code \"300\": it is not between 1 and 255\n"
      ),
      ("routine user-service-precondition", 0, ""),
      ("handle-link http://x", 1, "error: cannot handle link \"http://x\": it is no snap:// link\n"),
      (
        "handle-link snap://foo/bar", 1,
        "error: cannot handle link \"snap://foo/bar\": there is no graphical store on this system (try \"snap install foo\")\n"
      ),
      ("userd --autostart --agent", 1, "error: cannot use --autostart and --agent together\n"),
      ("userd", 1, "error: cannot run ROOT/usr/lib/snapd/snap-userd: No such file or directory\n"),
    ] as [(String, Int32, String)])
  func errors(_ line: String, _ code: Int32, _ text: String) throws {
    let snap = ScriptedServer.sync(
      #"{"id":"","name":"foo","revision":"x1","confinement":"strict","summary":"","description":""}"#)
    let ran = try run(line, ["GET /v2/snaps/foo": [snap], "GET /v2/connections?snap=foo": [ScriptedServer.sync("{}")]])
    #expect(ran.code == code)
    #expect(ran.err.split(separator: "\n").joined(separator: " ") == text.split(separator: "\n").joined(separator: " "))
  }
}
