import Glibc
import Linux
import TestSupport
import Testing

@testable import Host

/// What only the supervisor has: services that outlive the daemon, logs, back-off.
@Suite(.serialized) struct SupervisorSerialTests {
  /// A root, and daemons that come and go in it.
  final class House {
    let directory: TemporaryDirectory
    let directories: Directories
    let grouped: Bool
    private(set) var supervisor: Supervisor

    init(grouped: Bool = true) throws {
      directory = try TemporaryDirectory()
      directories = Directories(root: directory.path + "/root")
      self.grouped = grouped
      supervisor = try Supervisor(directories: directories, usingControlGroups: grouped)
    }

    /// The daemon ends; the services stay. Something may happen before the next one starts.
    func restartDaemon(clockError: Int64 = 0, meanwhile: () throws -> Void = {}) throws {
      try supervisor.shutdown(stoppingServices: false)
      try meanwhile()
      supervisor = try Supervisor(directories: directories, usingControlGroups: grouped, clockError: clockError)
    }

    func define(_ app: String, _ script: String, _ change: (inout ServiceDefinition) throws -> Void = { _ in }) throws {
      var service = ServiceDefinition(
        instance: app, app: "srv", command: ["/bin/sh", "-c", "D=\(directory.path); " + script])
      service.restart = .no
      service.stopTimeout = .seconds(5)
      try change(&service)
      try supervisor.setServices([service], of: app)
    }

    func name(_ app: String) -> String { UnitName.service(instance: app, app: "srv") }
    func status(_ app: String) throws -> ServiceStatus { try #require(try supervisor.status([name(app)]).first) }
    func pid(_ app: String) throws -> Int32 { try #require(try status(app).mainPID) }
    var recordFolder: String { directories.supervisorRuntime + "/state" }
  }

  private func run(grouped: Bool = true, _ body: (House) throws -> Void) throws {
    let house = try House(grouped: grouped)
    defer { try? house.supervisor.shutdown(stoppingServices: true) }
    try body(house)
  }

  @Test(arguments: [true, false])
  func servicesOutliveTheDaemon(grouped: Bool) throws {
    try run(grouped: grouped) { house in
      try house.define("a", "echo before; while [ ! -e $D/go ]; do sleep 0.02; done; echo after; sleep 1000")
      try house.define("b", "sleep 1000") { $0.restart = .onFailure }
      try house.define("c", "exec \(perlNotify) say_(\"READY=1\"); sleep 1; say_(\"STATUS=again\"); sleep 1000'") {
        $0.type = .notify
      }
      let names = ["a", "b", "c"].map(house.name)
      try house.supervisor.start(names)
      let pids = try ["a", "b", "c"].map(house.pid)
      try house.restartDaemon {
        // Written while nobody reads: it waits in the pipe.
        close(open(house.directory.path + "/go", O_CREAT | O_WRONLY, 0o600))
        kill(pids[1], SIGKILL)
      }
      #expect(try house.pid("a") == pids[0])
      #expect(try house.pid("c") == pids[2])
      try eventually("b is restarted") {
        let status = try house.status("b")
        return status.activity == .active && status.mainPID != pids[1] && status.mainPID != nil
      }
      try eventually("both lines are logged") {
        try house.supervisor.logs([house.name("a")], last: nil).map(\.message).suffix(2) == ["before", "after"]
      }
      try eventually("c is heard by the new daemon") { try house.status("c").statusText == "again" }
      try house.supervisor.stop(names)
      for pid in pids { #expect(!isAlive(pid)) }
    }
  }

  /// The kernel refuses what the definition does not name, and follows it while the service runs.
  @Test(.enabled(if: getuid() == 0)) func devicesAreRuled() throws {
    try run { house in
      let null = ServiceDevice(DeviceRule(.character, major: 1, minor: 3))
      let zero = ServiceDevice(DeviceRule(.character, major: 1, minor: 5))
      let look =
        "while :; do if (: </dev/zero) 2>/dev/null; then echo yes; else echo no; fi >$D/now; mv $D/now $D/zero; "
        + "sleep 0.02; done"
      func sees(_ word: String) throws {
        let path = house.directory("zero")
        for _ in 0..<500 {
          let text = (try? Files.read(path, limit: 16)).map { String(decoding: $0, as: UTF8.self) }
          if text == word + "\n" { return }
          usleep(10_000)
        }
        Issue.record("the service does not see \(word)")
      }
      try house.define("dev", look) { $0.devices = [null] }
      try house.supervisor.start([house.name("dev")])
      guard try Files.status("/sys/fs/cgroup") != nil, ControlGroups(directories: house.directories) != nil else {
        return
      }
      try sees("no")
      try house.define("dev", look) { $0.devices = [null, zero] }
      try sees("yes")
      try house.define("dev", look) { $0.devices = [null] }
      try sees("no")
    }
  }

  @Test func enabledServicesStartOnceInTheLifeOfTheMachine() throws {
    try run { house in
      try house.define("on", "sleep 1000")
      try house.define("off", "sleep 1000")
      try house.define("stopped", "sleep 1000")
      try house.define("failed", "exit 1")
      try house.supervisor.enable(["on", "stopped", "failed"].map(house.name))
      try house.restartDaemon()
      try house.supervisor.startEnabled()
      try eventually("on runs") { try house.status("on").activity == .active }
      try eventually("failed failed") { try house.status("failed").activity == .failed }
      #expect(try house.status("off").activity == .inactive)
      try house.supervisor.stop([house.name("stopped")])
      let pid = try house.pid("on")

      try house.restartDaemon()
      try house.supervisor.startEnabled()
      #expect(try house.pid("on") == pid)
      #expect(try house.status("stopped").activity == .inactive)
      // What failed is still known to have.
      #expect(try house.status("failed").activity == .failed)

      // Stopped with everything, everything that is enabled comes back.
      try house.supervisor.shutdown(stoppingServices: true)
      #expect(!isAlive(pid))
      try house.restartDaemon()
      try house.supervisor.startEnabled()
      try eventually("all run") { try ["on", "stopped"].allSatisfy { try house.status($0).activity == .active } }
    }
  }

  @Test func whatCannotBeTrustedIsNotAdopted() throws {
    try run { house in
      try house.define("gone", "exec sleep 1000") { $0.restart = .always }
      try house.define("torn", "exec sleep 1000")
      try house.define("other", "exec sleep 1000")
      try house.supervisor.start(["gone", "torn", "other"].map(house.name))
      let pids = try ["gone", "torn", "other"].map(house.pid)
      try house.restartDaemon {
        for pid in pids { kill(pid, SIGKILL) }
        for pid in pids { try eventually("reaped") { waitpid(pid, nil, 0) != 0 } }
        // The number of a process that is another one now: our own.
        let path = house.recordFolder + "/\(house.name("other")).json"
        var record = try #require(try RecordFile.read(ServiceRecord.self, at: path))
        record.mainPID = getpid()
        try RecordFile.write(record, to: path)
        try Files.writeAtomically(
          Array("{\"phase\":".utf8), to: house.recordFolder + "/\(house.name("torn")).json", mode: 0o600)
      }
      try eventually("gone is started again") { try house.status("gone").mainPID != nil }
      #expect(try house.status("torn").activity == .inactive)
      try eventually("other is down") { try house.status("other").activity == .failed }
    }
  }

  @Test func aServiceThatKeepsDyingIsSlowedDown() throws {
    try run { house in
      try house.define("dies", "echo x >> $D/count; exit 1") {
        $0.restart = .always
        $0.restartDelay = .milliseconds(1)
      }
      try house.supervisor.start([house.name("dies")])
      try eventually("five starts") { content(house.directory.path + "/count").utf8.count >= 10 }
      usleep(400_000)
      #expect(content(house.directory.path + "/count").utf8.count == 10)
      #expect(try house.status("dies").activity == .activating)
      try house.supervisor.stop([house.name("dies")])
      #expect(try house.status("dies").activity == .inactive)
    }
  }

  @Test func whatCannotBeExecutedIsReported() throws {
    try run { house in
      var service = ServiceDefinition(instance: "no", app: "srv", command: ["/no/such/program"])
      service.restart = .no
      try house.supervisor.setServices([service], of: "no")
      #expect(throws: ServiceError.failed(action: "start", name: house.name("no"), result: "resources")) {
        try house.supervisor.start([house.name("no")])
      }
      #expect(
        try house.supervisor.logs([house.name("no")], last: 1).first?.message.contains("/no/such/program") == true)
      #expect(throws: ServiceError.unknown(name: "snap.x.y.service")) {
        try house.supervisor.start(["snap.x.y.service"])
      }
      #expect(throws: ServiceError.self) { try house.supervisor.setServices([], of: "../../etc") }
    }
  }

  @Test func logsAreBoundedAndKeepHostileLinesApart() throws {
    try run { house in
      let log = ServiceLogFile(path: house.directory.path + "/x.log")
      let line = [UInt8](repeating: UInt8(ascii: "y"), count: 10_000)
      for _ in 0..<1000 { log.append([line], identifier: "a.b", pid: 1) }
      let sizes = try [log.path, log.path + ".1"].map { try #require(try Files.status($0)).size }
      #expect(sizes.allSatisfy { $0 <= ServiceLog.limit })
      #expect(log.entries(last: 3).count == 3)

      try house.define("long", "head -c 50000 /dev/zero | tr '\\0' z; echo; printf '1 evil[1]: forged\\nend'") {
        $0.type = .oneshot
      }
      try house.supervisor.start([house.name("long")])
      let entries = try house.supervisor.logs([house.name("long")], last: nil)
      #expect(entries.allSatisfy { $0.identifier == "long.srv" })
      #expect(entries.map(\.message.utf8.count).max() == ServiceLog.longestLine)
      #expect(entries.suffix(2).map(\.message) == ["1 evil[1]: forged", "end"])
      try house.supervisor.removeLogs(of: "long")
      #expect(try house.supervisor.logs([house.name("long")], last: nil).isEmpty)
    }
  }

  @Test func noZombiesAreLeft() throws {
    /// Dead children of this process that nobody has waited for.
    func zombies() throws -> Set<Int32> {
      Set(
        try Files.list("/proc").compactMap { Int32($0) }.compactMap { ProcessFacts(pid: $0) }
          .filter { $0.parent == getpid() && $0.state == "Z" }.map(\.pid))
    }
    try run { house in
      let before = try zombies()
      try house.define("fork", "for i in 1 2 3 4; do (sh -c 'sleep 0.05 & exit 0'); done; sleep 0.3") {
        $0.type = .oneshot
      }
      try house.supervisor.start([house.name("fork")])
      try house.define("next", "true") { $0.type = .oneshot }
      try house.supervisor.start([house.name("next")])
      try eventually("all are reaped") { try zombies().isSubset(of: before) }
    }
  }

  /// The daemon of `servicesSurviveAKilledDaemon`: this very program, started once more.
  @Test(.enabled(if: getenv("SNAPD_TEST_DAEMON") != nil)) func daemonOfAnotherProcess() throws {
    let root = try #require(getenv("SNAPD_TEST_DAEMON").map { String(cString: $0) })
    let supervisor = try Supervisor(directories: Directories(root: root))
    var service = ServiceDefinition(
      instance: "killed", app: "srv",
      command: ["/bin/sh", "-c", "while :; do echo tick; sleep 0.05; done"])
    service.restart = .onFailure
    try supervisor.setServices([service], of: "killed")
    try supervisor.start([service.name])
    try Files.writeAtomically([], to: root + "/up", mode: 0o600)
    while true { sleep(1000) }
  }

  @Test(.enabled(if: getenv("SNAPD_TEST_DAEMON") == nil)) func servicesSurviveAKilledDaemon() throws {
    let directory = try TemporaryDirectory()
    let root = directory.path + "/root"
    try Files.makeDirectories(root, mode: 0o755)
    shell(
      "SNAPD_TEST_DAEMON=\(root) /proc/\(getpid())/exe --testing-library swift-testing --filter daemonOfAnotherProcess "
        + ">/dev/null 2>&1 & echo $! > \(directory.path)/pid")
    try eventually("the daemon is up") { access(root + "/up", F_OK) == 0 }
    let daemon = try #require(Int32(content(directory.path + "/pid").dropLast()))
    kill(daemon, SIGKILL)
    try eventually("the daemon is gone") { !isAlive(daemon) }

    let supervisor = try Supervisor(directories: Directories(root: root))
    defer { try? supervisor.shutdown(stoppingServices: true) }
    let name = "snap.killed.srv.service"
    let pid = try #require(try supervisor.status([name]).first?.mainPID)
    #expect(isAlive(pid))
    let lines = try supervisor.logs([name], last: nil).count
    try eventually("its log goes on") { try supervisor.logs([name], last: nil).count > lines + 2 }
    kill(pid, SIGKILL)
    try eventually("it is restarted") {
      let status = try #require(try supervisor.status([name]).first)
      return status.activity == .active && status.mainPID != pid && status.mainPID != nil
    }
  }
}
