import Glibc
import Linux
import TestSupport
import Testing

@Suite struct ProcessTests {
  private func run(_ script: String, stdin: String = "", limit: Int = 1 << 20, timeout: Duration = .seconds(20)) throws
    -> ProcessResult
  {
    try ChildProcess.run(
      ["/bin/sh", "-c", script], stdin: Array(stdin.utf8), captureLimit: limit, timeout: timeout,
      workingDirectory: "/usr")
  }

  @Test(arguments: [
    ("echo out; echo err >&2", ProcessStatus.exited(0), "out\n", "err\n"),
    ("cat; pwd", .exited(0), "input/usr\n", ""),
    ("exit 7", .exited(7), "", ""),
    ("kill -9 $$", .signalled(9), "", ""),
    ("env | grep -v PWD= | grep -v _=", .exited(0), "LANG=C.UTF-8\nPATH=\(path)\n", ""),
    ("ls /proc/self/fd | wc -l", .exited(0), "4\n", ""),  // 0, 1, 2 and the directory
    ("grep SigBlk /proc/self/status", .exited(0), "SigBlk:\t0000000000000000\n", ""),
  ])
  func `a program runs and is captured`(script: String, status: ProcessStatus, output: String, errors: String) throws {
    let result = try run(script, stdin: script.hasPrefix("cat") ? "input" : "")
    #expect(result.status == status)
    #expect(
      String(decoding: result.output, as: UTF8.self).split(separator: "\n").sorted()
        == output.split(separator: "\n").sorted())
    #expect(String(decoding: result.errorOutput, as: UTF8.self) == errors)
    #expect(!result.truncated && !result.timedOut)
  }
  private static let path = ChildProcessOptions.fixedEnvironment["PATH"] ?? ""

  @Test func `much output is cut, unread input is no harm, and time is bounded`() throws {
    let much = try run("head -c 3000000 /dev/zero", limit: 1000)
    #expect(much.output.count == 1000 && much.truncated && much.status == .exited(0))
    let unread = try run("exec <&-; echo done", stdin: String(repeating: "x", count: 1_000_000))
    #expect(unread.status == .exited(0))
    let start = ContinuousClock.now
    let slow = try run("sleep 100 & sleep 100", timeout: .milliseconds(100))
    #expect(slow.timedOut && slow.status == .signalled(SIGKILL))
    let left = try run("sleep 20 & echo started")
    #expect(left.output == Array("started\n".utf8) && left.status == .exited(0))
    #expect(ContinuousClock.now - start < .seconds(10))
  }

  @Test(arguments: [("/none", ENOENT), ("sh", ENOENT), ("/etc/passwd", EACCES), ("/bin/sh\0x", EINVAL)])
  func `what can't be executed is named`(program: String, error: Int32) {
    #expect(failure { _ = try ChildProcess.spawn([program]) } == error)
  }

  @Test func `descriptors are mapped even when their numbers cross, and a session is new`() throws {
    try withTemporaryDirectory { root in
      var options = ChildProcessOptions(newSession: true)
      let first = try OwnedFD.open("\(root)/first", O_WRONLY | O_CREAT, mode: 0o600)
      let second = try OwnedFD.open("\(root)/second", O_WRONLY | O_CREAT, mode: 0o600)
      options.descriptors = [first.raw: second.raw, second.raw: first.raw]
      let script =
        "echo to-second >&\(first.raw); echo to-first >&\(second.raw); cut -d' ' -f1,6 /proc/$$/stat >&\(first.raw)"
      let child = try ChildProcess.spawn(["/bin/bash", "-c", script], options)
      #expect(try child.wait() == .exited(0))
      #expect(try child.wait() == .exited(0))
      #expect(try Files.read("\(root)/first", limit: 100) == Array("to-first\n".utf8))
      #expect(
        try Files.read("\(root)/second", limit: 100) == Array("to-second\n\(child.pid) \(child.pid)\n".utf8))
    }
  }

  @Test func `a process is watched and ended`() throws {
    let child = try ChildProcess.spawn(["/bin/sleep", "100"])
    #expect(try child.poll() == nil)
    #expect(try child.wait(timeout: .milliseconds(10)) == nil)
    #expect(ProcessTable.executable(of: child.pid)?.hasSuffix("sleep") == true)
    try child.kill(SIGTERM)
    #expect(try child.wait() == .signalled(SIGTERM))
    try child.kill(SIGTERM)
    child.killGroup(SIGKILL)
    #expect(try child.wait(timeout: .zero) == .signalled(SIGTERM))
  }

  @Test func `processes are found by namespace and by program`() throws {
    try withTemporaryDirectory { root in
      try shell("cp /bin/sleep \(root)/sleep; touch \(root)/kept")
      let child = try ChildProcess.spawn(["/usr/bin/unshare", "-m", "\(root)/sleep", "100"])
      defer {
        child.killGroup(SIGKILL)
        _ = try? child.wait()
      }
      let started = ContinuousClock.now
      while try ProcessTable.processes(executingBeneath: root) != [child.pid],
        ContinuousClock.now - started < .seconds(10)
      { usleep(1000) }
      #expect(try ProcessTable.processes(executingBeneath: root) == [child.pid])
      let number = try #require(ProcessTable.mountNamespace(of: child.pid))
      #expect(try ProcessTable.namespaceNumber(atFile: "/proc/\(child.pid)/ns/mnt") == number)
      #expect(try ProcessTable.processes(inMountNamespaces: [number]) == [child.pid])
      let files = ["/proc/\(child.pid)/ns/mnt", "\(root)/kept", "\(root)/none"]
      #expect(try ProcessTable.processes(inMountNamespacesKeptAt: files) == [child.pid])
      #expect(try ProcessTable.namespaceNumber(atFile: "\(root)/kept") == nil)
      #expect(try ProcessTable.all().contains(getpid()))
    }
  }

  @Test func `processes are found by what is their root`() throws {
    try withTemporaryDirectory { root in
      let source = "a root:\(getpid()):x"
      let script = """
        mount --make-rprivate /; mount -t tmpfs '\(source)' \(root); mkdir \(root)/usr; mount --rbind /usr \(root)/usr
        for d in bin lib lib64; do ln -s usr/$d \(root)/$d; done
        sleep 100 & exec chroot \(root) /usr/bin/sleep 100
        """
      let child = try ChildProcess.spawn(["/usr/bin/unshare", "-m", "/bin/bash", "-c", script])
      defer {
        child.killGroup(SIGKILL)
        _ = try? child.wait()
      }
      let started = ContinuousClock.now
      while try ProcessTable.processes(withRootFrom: source).isEmpty, ContinuousClock.now - started < .seconds(10) {
        usleep(1000)
      }
      // With the one that shares its namespace and has another root.
      #expect(try ProcessTable.processes(withRootFrom: source).count == 2)
      #expect(try ProcessTable.processes(withRootFrom: "none such").isEmpty)
    }
  }

  @Test func `users are read from the files, then asked for`() throws {
    try withTemporaryDirectory { root in
      let passwd =
        "root:x:0:0:Super, User:/root:/bin/sh\n#c:x:1:1::/:/\n+::::::\nbad:x:y:1::/:/\nann:x:1000:100::/home/ann:\n"
      try Files.writeAtomically(Array(passwd.utf8), to: "\(root)/passwd", mode: 0o644)
      try Files.writeAtomically(Array("users:x:100:ann,bob\nempty:x:7:\n".utf8), to: "\(root)/group", mode: 0o644)
      try Files.writeAtomically(
        Array(
          """
          #!/bin/sh
          [ "$2" = slow ] && echo nothing
          [ "$2" = far ] || [ "$2" = 2000 ] && echo "far:*:2000:2000::/home/far:/bin/sh"

          """.utf8), to: "\(root)/getent", mode: 0o755)
      let users = UserDatabase(passwdFile: "\(root)/passwd", groupFile: "\(root)/group", getent: "\(root)/getent")
      #expect(try users.users().map(\.name) == ["root", "ann"])
      #expect(try users.user(uid: 1000)?.home == "/home/ann")
      #expect(try users.user(uid: 2000)?.name == "far")
      #expect(try users.user(named: "far")?.uid == 2000)
      #expect(try users.user(named: "slow") == nil && users.user(named: "-s") == nil)
      #expect(try users.group(named: "users")?.members == ["ann", "bob"])
      #expect(try users.group(gid: 7)?.members == [])
      let none = UserDatabase(passwdFile: "\(root)/none", groupFile: "\(root)/none")
      #expect(try none.user(uid: 0) == nil)
    }
    #expect(try UserDatabase.user(uid: 0)?.name == "root")
    #expect(try UserDatabase.user(named: "root")?.home == "/root")
    #expect(try UserDatabase.group(gid: 0)?.name == "root")
  }
}
