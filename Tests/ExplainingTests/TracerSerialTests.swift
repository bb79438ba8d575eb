import Explaining
import Glibc
import Linux
import TestSupport
import Testing

/// A real process, watched.
@Suite(.serialized) struct TracerSerialTests {
  /// A program by the launcher's name, which becomes the app as the launcher does.
  private func run(_ script: String, start: Tracer.Start = .traced) throws -> (report: Tracer.Report, directory: String)
  {
    let directory = try TemporaryDirectory()
    let launcher = directory.path + "/snap-confine"
    try Files.writeAtomically(
      Array("#!/bin/sh\nexec /bin/sh -c \"$1\" app\n".utf8), to: launcher, mode: 0o755)
    try Files.writeAtomically(Array("x".utf8), to: directory.path + "/there", mode: 0o600)
    var tracer = Tracer(root: "")
    let script = "cd \(directory.path); \(script)"
    let command =
      start == .traced
      ? ["/bin/sh", "-c", "exec \"$@\"", "snap", launcher, script]
      : ["/bin/sh", "-c", "kill -STOP $$; exec \"$@\"", "sh", "/bin/sh", "-c", script]
    let report = try withExtendedLifetime(directory) {
      try tracer.run(command, environment: ["PATH=/usr/bin:/bin", "HOME=/"], start: start)
    }
    return (report, directory.path)
  }

  private func paths(_ report: Tracer.Report) -> [String] {
    report.failures.compactMap { if case .path(let path, _, _, _, _) = $0.target { path } else { nil } }
  }

  @Test(arguments: [true, false]) func gathersFailures(_ traced: Bool) throws {
    // What is not there outside either is nobody's doing.
    let ran = try run(
      ": </nonexistent-why; ln -s loop loop; : <./loop; mkdir sub; cd sub; : >../../../proc/self/nothing/x; exit 3",
      start: traced ? .traced : .whenStopped)
    #expect(ran.report.reachedApp)
    #expect(ran.report.exitCode == 3 || ran.report.exitCode == 2)
    #expect(!paths(ran.report).contains("/nonexistent-why"))
  }

  /// Without a terminal `/dev/tty` is there all the same (tty(4): ENXIO).
  @Test func whatTheViewHasIsNotMissing() throws {
    let ran = try run("setsid sh -c ': </dev/tty' 2>/dev/null; exit 3")
    #expect(ran.report.exitCode == 3)
    #expect(!paths(ran.report).contains("/dev/tty"))
  }

  @Test func tellsWhatWasRefused() throws {
    let ran = try run("exec 2>/dev/null; setpriv --reuid 65534 --regid 65534 --clear-groups cat ./sub/../there; :")
    #expect(ran.report.reachedApp && ran.report.exitCode == 0)
    let path = ran.directory + "/there"
    let refused = ran.report.failures.filter { failure in
      failure.target == .path(path, access: "r", isOutside: true, isDirectory: false, isOwn: false)
    }
    #expect(refused.isEmpty)
    let again = try run("exec 2>/dev/null; setpriv --reuid 65534 --regid 65534 --clear-groups cat ./there; :")
    let found = again.report.failures.first { failure in
      failure.target
        == .path(again.directory + "/there", access: "r", isOutside: true, isDirectory: false, isOwn: false)
    }
    #expect(found?.errno == EACCES && found?.uid == 65534 && found?.command == "cat")
  }

  @Test func signalsAreExitCodes() throws {
    #expect(try run("kill -KILL $$").report.exitCode == 128 + SIGKILL)
  }

  @Test func whoNeverBeginsIsNoApp() throws {
    var tracer = Tracer(root: "")
    let report = try tracer.run(["/bin/sh", "-c", "exit 46"], environment: [], start: .whenStopped)
    #expect(!report.reachedApp && report.exitCode == 46 && report.failures.isEmpty)
    var other = Tracer(root: "")
    #expect(try other.run(["/nonexistent"], environment: [], start: .traced).exitCode == 127)
  }
}
