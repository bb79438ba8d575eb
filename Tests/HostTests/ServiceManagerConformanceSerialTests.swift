import Glibc
import Testing

@testable import Host

/// The one suite that every service manager must pass.
@Suite(.serialized) struct ServiceManagerConformanceSerialTests {
  @Test(arguments: Implementation.available)
  func simpleServicesRunUntilTheyAreStopped(_ implementation: Implementation) throws {
    try Bench.run(implementation) { bench in
      #expect(try bench.status("srv").isInstalled == false)
      try bench.manager.setServices([bench.service("srv", "sleep 1000 & wait")], of: bench.instance)
      #expect(try bench.manager.services(of: bench.instance) == [bench.name("srv")])
      #expect(try bench.status("srv") == ServiceStatus(name: bench.name("srv"), isInstalled: true))

      try bench.manager.start([bench.name("srv")])
      let running = try bench.status("srv")
      #expect(running.activity == .active)
      let pid = try #require(running.mainPID)
      #expect(isAlive(pid))
      // Again: nothing new is started.
      try bench.manager.start([bench.name("srv")])
      #expect(try bench.status("srv").mainPID == pid)

      try bench.manager.restart([bench.name("srv")])
      let next = try #require(try bench.status("srv").mainPID)
      #expect(next != pid && !isAlive(pid))
      try bench.manager.stop([bench.name("srv")])
      try bench.manager.stop([bench.name("srv")])
      let stopped = try bench.status("srv")
      #expect(stopped.activity == .inactive && stopped.mainPID == nil)
      #expect(!isAlive(next))

      try bench.manager.setServices([], of: bench.instance)
      #expect(try bench.status("srv").isInstalled == false)
      #expect(throws: (any Error).self) { try bench.manager.start([bench.name("srv")]) }
    }
  }

  @Test(arguments: Implementation.available)
  func enablingIsKeptApartFromRunning(_ implementation: Implementation) throws {
    try Bench.run(implementation) { bench in
      let services = [bench.service("a", "sleep 1000"), bench.service("b", "sleep 1000")]
      try bench.manager.setServices(services, of: bench.instance)
      try bench.manager.enable([bench.name("a")])
      #expect(try bench.status("a").isEnabled)
      #expect(try bench.status("b").isEnabled == false)
      #expect(try bench.status("a").activity == .inactive)
      // A refresh keeps it.
      try bench.manager.setServices(services, of: bench.instance)
      #expect(try bench.status("a").isEnabled)
      try bench.manager.disable([bench.name("a"), bench.name("b")])
      #expect(try bench.status("a").isEnabled == false)
    }
  }

  @Test(arguments: Implementation.available)
  func endsAreReportedAndRestarted(_ implementation: Implementation) throws {
    try Bench.run(implementation) { bench in
      let once = "if mkdir $D/$0-once 2>/dev/null; then"
      try bench.manager.setServices(
        [
          bench.service("fails", "exit 3"),
          bench.service("done", "exit 0"),
          bench.service("other", "exit 42") { $0.successExitStatus = [42] },
          bench.service("again", "\(once) exit 3; fi; sleep 1000") { $0.restart = .onFailure },
          bench.service("always", "if mkdir $D/always; then exit 0; fi; sleep 1000") { $0.restart = .always },
          bench.service("killed", "if mkdir $D/killed; then kill -9 $$; fi; sleep 1000") { $0.restart = .onAbort },
        ], of: bench.instance)
      for app in ["fails", "done", "other", "again", "always", "killed"] { try bench.manager.start([bench.name(app)]) }
      try bench.reaches("fails", .failed)
      let failed = try bench.status("fails")
      #expect(failed.exitStatus == 3 && failed.result == "exit-code" && failed.mainPID == nil)
      try bench.reaches("done", .inactive)
      try bench.reaches("other", .inactive)
      for app in ["again", "always", "killed"] {
        try eventually(
          "\(app) runs again, \(try bench.status(app)) \(try bench.manager.logs([bench.name(app)], last: nil))"
        ) {
          let status = try bench.status(app)
          return status.activity == .active && status.mainPID != nil
        }
      }
      // Down on demand, it stays down.
      try bench.manager.stop([bench.name("always")])
      #expect(try bench.status("always").activity == .inactive)
      // Killed from outside, it comes back.
      let pid = try #require(try bench.status("again").mainPID)
      kill(pid, SIGKILL)
      try eventually("again has another process") {
        let status = try bench.status("again")
        return status.activity == .active && status.mainPID != nil && status.mainPID != pid
      }
    }
  }

  @Test(arguments: Implementation.available)
  func jobsAreWaitedFor(_ implementation: Implementation) throws {
    try Bench.run(implementation) { bench in
      try bench.manager.setServices(
        [
          bench.service("job", "sleep 0.2; echo done > $D/job") { $0.type = .oneshot },
          bench.service("bad", "exit 7") { $0.type = .oneshot },
          bench.service("kept", "true") {
            $0.type = .oneshot
            $0.stopCommand = bench.sh("echo stop > $D/kept")
          },
        ], of: bench.instance)
      try bench.manager.start([bench.name("job")])
      #expect(content(bench.file("job")) == "done\n")
      #expect(try bench.status("job").activity == .inactive)
      #expect(throws: ServiceError.self) { try bench.manager.start([bench.name("bad")]) }
      #expect(try bench.status("bad").activity == .failed)
      #expect(try bench.status("bad").exitStatus == 7)
      try bench.manager.start([bench.name("kept")])
      #expect(try bench.status("kept").activity == .active)
      try bench.manager.stop([bench.name("kept")])
      #expect(content(bench.file("kept")) == "stop\n")
      #expect(try bench.status("kept").activity == .inactive)
    }
  }

  @Test(arguments: Implementation.available)
  func notifyingServicesAreUpWhenTheySaySo(_ implementation: Implementation) throws {
    try Bench.run(implementation) { bench in
      try bench.manager.setServices(
        [
          bench.service(
            "ok",
            "exec \(perlNotify) select(undef,undef,undef,0.2); open(F,\">$ARGV[0]/up\"); close F; "
              + "say_(\"STATUS=working\\nREADY=1\"); sleep 1000' $D"
          ) { $0.type = .notify },
          bench.service("dies", "exit 0") { $0.type = .notify },
          bench.service("hangs", "sleep 1000") {
            $0.type = .notify
            $0.startTimeout = .milliseconds(300)
          },
        ], of: bench.instance)
      try bench.manager.start([bench.name("ok")])
      #expect(access(bench.file("up"), F_OK) == 0)
      #expect(try bench.status("ok").activity == .active)
      #expect(try bench.status("ok").statusText == "working")
      #expect(throws: ServiceError.self) { try bench.manager.start([bench.name("dies")]) }
      #expect(try bench.status("dies").result == "protocol")
      #expect(throws: ServiceError.self) { try bench.manager.start([bench.name("hangs")]) }
      #expect(try bench.status("hangs").result == "timeout")
    }
  }

  @Test(arguments: Implementation.available)
  func aSilentWatchdogBites(_ implementation: Implementation) throws {
    try Bench.run(implementation) { bench in
      try bench.manager.setServices(
        [
          bench.service(
            "dog",
            "if mkdir $D/dog; then M=1; else M=0; fi; exec \(perlNotify) say_(\"READY=1\"); "
              + "if ($ARGV[0]) { sleep 1000 } while(1) { say_(\"WATCHDOG=1\"); select(undef,undef,undef,0.1) }' $M"
          ) {
            $0.type = .notify
            $0.watchdogTimeout = .milliseconds(600)
            $0.restart = .onWatchdog
          }
        ], of: bench.instance)
      try bench.manager.start([bench.name("dog")])
      let first = try #require(try bench.status("dog").mainPID)
      try eventually("restarted") {
        let status = try bench.status("dog")
        return status.activity == .active && status.mainPID != first && status.mainPID != nil
      }
      // The second one says that it lives, and is left alone for longer than the timeout.
      let second = try bench.status("dog").mainPID
      usleep(900_000)
      #expect(try bench.status("dog").mainPID == second)
    }
  }

  @Test(arguments: Implementation.available)
  func forkingServicesAreFollowedToTheirDaemon(_ implementation: Implementation) throws {
    try Bench.run(implementation) { bench in
      try bench.manager.setServices(
        [
          bench.service(
            "daemon", "setsid sh -c 'echo $$ > '$D'/pid; exec sleep 1000' & while [ ! -s $D/pid ]; do sleep 0.01; done"
          ) {
            $0.type = .forking
            $0.restart = .onFailure
          }
        ], of: bench.instance)
      try bench.manager.start([bench.name("daemon")])
      let pid = try #require(Int32(content(bench.file("pid")).dropLast()))
      #expect(try bench.status("daemon").mainPID == pid)
      unlink(bench.file("pid"))
      kill(pid, SIGKILL)
      try eventually("daemon runs again") {
        let status = try bench.status("daemon")
        return status.activity == .active && status.mainPID != pid && status.mainPID != nil
      }
      let next = try #require(try bench.status("daemon").mainPID)
      try bench.manager.stop([bench.name("daemon")])
      #expect(!isAlive(next))
    }
  }

  @Test(arguments: Implementation.available)
  func stoppingGoesThroughAllItsSteps(_ implementation: Implementation) throws {
    try Bench.run(implementation) { bench in
      try bench.manager.setServices(
        [
          bench.service(
            "steps", "trap 'echo term >> $D/steps; exit 0' TERM; touch $D/trap; while :; do sleep 0.05; done"
          ) {
            $0.stopCommand = bench.sh("echo stop $MAINPID >> $D/steps")
            $0.postStopCommand = bench.sh("echo post $SERVICE_RESULT $EXIT_CODE >> $D/steps")
          },
          bench.service("deaf", "trap '' TERM; touch $D/deaf; while :; do sleep 0.05; done") {
            $0.stopTimeout = .milliseconds(300)
            $0.restart = .always
          },
          bench.service("hup", "trap 'echo hup > $D/hup; exit 0' HUP; touch $D/ready; while :; do sleep 0.05; done") {
            $0.stopMode = StopMode(yaml: "sighup")
          },
        ], of: bench.instance)
      try bench.manager.start([bench.name("steps"), bench.name("deaf"), bench.name("hup")])
      try eventually("steps is up") { access(bench.file("trap"), F_OK) == 0 }
      let pid = try #require(try bench.status("steps").mainPID)
      try bench.manager.stop([bench.name("steps")])
      // How the shell waits decides whether the trap runs; stop and post-stop are always there.
      let steps = content(bench.file("steps")).split(separator: "\n")
      #expect(steps.first ?? "" == "stop \(pid)")
      #expect(steps.last ?? "" == "post success exited")

      try eventually("deaf is up") { access(bench.file("deaf"), F_OK) == 0 }
      let deaf = try #require(try bench.status("deaf").mainPID)
      try bench.manager.stop([bench.name("deaf")])
      #expect(!isAlive(deaf))
      #expect(try bench.status("deaf").activity == .failed)
      #expect(try bench.status("deaf").result == "timeout")

      try eventually("hup is up") { access(bench.file("ready"), F_OK) == 0 }
      try bench.manager.stop([bench.name("hup")])
      #expect(content(bench.file("hup")) == "hup\n")
    }
  }

  @Test(arguments: Implementation.available)
  func noProcessOfAServiceOutlivesIt(_ implementation: Implementation) throws {
    try Bench.run(implementation) { bench in
      let helper = "setsid sh -c 'trap \"\" TERM; echo $$ > '$D'/helper; while :; do sleep 0.1; done' &"
      try bench.manager.setServices(
        [
          bench.service("family", "\(helper) sleep 1000") { $0.stopTimeout = .milliseconds(300) },
          bench.service("lonely", "setsid sh -c 'echo $$ > '$D'/left; exec sleep 1000' & exec sleep 1000") {
            $0.stopMode = StopMode(yaml: "sigterm")
          },
        ], of: bench.instance)
      try bench.manager.start([bench.name("family"), bench.name("lonely")])
      try eventually("helper runs") { content(bench.file("helper")).hasSuffix("\n") }
      let helperPID = try #require(Int32(content(bench.file("helper")).dropLast()))
      #expect(isAlive(helperPID))
      try bench.manager.stop([bench.name("family")])
      #expect(!isAlive(helperPID))

      // `sigterm` without `-all` is for the main process alone.
      try eventually("left runs") { content(bench.file("left")).hasSuffix("\n") }
      let left = try #require(Int32(content(bench.file("left")).dropLast()))
      try bench.manager.stop([bench.name("lonely")])
      #expect(isAlive(left))
      kill(left, SIGKILL)
    }
  }

  @Test(arguments: Implementation.available)
  func orderIsKeptBothWays(_ implementation: Implementation) throws {
    try Bench.run(implementation) { bench in
      func ordered(_ app: String, after: [String], before: [String] = []) -> ServiceDefinition {
        bench.service(app, "sleep 0.05; echo +\(app) >> $D/order") {
          $0.type = .oneshot
          $0.stopCommand = bench.sh("echo -\(app) >> $D/order")
          $0.after = after.map(bench.name)
          $0.before = before.map(bench.name)
        }
      }
      try bench.manager.setServices(
        [
          ordered("a", after: ["b"]), ordered("b", after: ["c"]), ordered("c", after: []),
          ordered("d", after: [], before: ["c"]),
        ], of: bench.instance)
      let names = ["a", "b", "c", "d"].map(bench.name)
      try bench.manager.start(names)
      try bench.manager.stop(names)
      #expect(content(bench.file("order")) == "+d\n+c\n+b\n+a\n-a\n-b\n-c\n-d\n")
    }
  }

  @Test(arguments: Implementation.available)
  func reloadingRunsTheCommandOrRestarts(_ implementation: Implementation) throws {
    try Bench.run(implementation) { bench in
      try bench.manager.setServices(
        [
          bench.service("can", "sleep 1000") { $0.reloadCommand = bench.sh("echo $MAINPID > $D/reload") },
          bench.service("cannot", "sleep 1000"),
        ], of: bench.instance)
      try bench.manager.start([bench.name("can"), bench.name("cannot")])
      let can = try #require(try bench.status("can").mainPID)
      let cannot = try #require(try bench.status("cannot").mainPID)
      try bench.manager.reload([bench.name("can"), bench.name("cannot")])
      #expect(content(bench.file("reload")) == "\(can)\n")
      #expect(try bench.status("can").mainPID == can)
      #expect(try bench.status("cannot").mainPID != cannot)
      #expect(try bench.status("cannot").activity == .active)
      try bench.manager.kill([bench.name("can")], signal: SIGKILL)
      try bench.reaches("can", .failed)
      #expect(try bench.status("can").result == "signal")
    }
  }

  @Test(arguments: Implementation.available)
  func servicesGetTheirOwnEnvironmentAndLog(_ implementation: Implementation) throws {
    try Bench.run(implementation) { bench in
      setenv("SNAPD_TEST_LEAK", "1", 1)
      defer { unsetenv("SNAPD_TEST_LEAK") }
      try bench.manager.setServices(
        [
          bench.service("env", "env > $D/env; echo one; echo two >&2; echo \"quoted 'x' 100% \\$5\"") {
            $0.type = .oneshot
            $0.environment = [.init("GIVEN", "a b\"c$d%e")]
          }
        ], of: bench.instance)
      try bench.manager.start([bench.name("env")])
      let environment = content(bench.file("env")).split(separator: "\n")
      #expect(environment.contains("GIVEN=a b\"c$d%e"))
      #expect(environment.contains { $0.hasPrefix("PATH=/usr/local/sbin:") })
      #expect(environment.contains { $0.hasPrefix("INVOCATION_ID=") })
      #expect(!environment.contains { $0.hasPrefix("SNAPD_TEST_LEAK") || $0.hasPrefix("NOTIFY_SOCKET") })
      var entries: [LogEntry] = []
      try eventually("the log is there") {
        entries = try bench.manager.logs([bench.name("env")], last: nil).filter {
          $0.identifier == "\(bench.instance).env"
        }
        return entries.count >= 3
      }
      #expect(entries.map(\.message) == ["one", "two", "quoted 'x' 100% $5"])
      #expect(try bench.manager.logs([bench.name("env")], last: 1).count == 1)
    }
  }

  @Test(arguments: Implementation.available)
  func logsAreFollowed(_ implementation: Implementation) throws {
    try Bench.run(implementation) { bench in
      let names = ["a", "b"].map(bench.name)
      try bench.manager.setServices(
        [
          bench.service("a", "for i in 1 2 3; do echo a$i; done; while [ ! -e $D/go ]; do sleep 0.02; done; echo a4") {
            $0.type = .oneshot
          },
          bench.service("b", "echo b1; touch $D/go; while [ ! -e $D/end ]; do sleep 0.02; done; echo b2") {
            $0.type = .oneshot
          },
        ], of: bench.instance)
      let isOver = Flag()
      let seen = Lines()
      let ended = try Completion<Void>()
      let manager = bench.manager
      try startThread(named: "starts") { try? manager.start([names[0]]) }
      try eventually("a has said three lines") { try bench.lines(names) == ["a1", "a2", "a3"] }
      try startThread(named: "follows") {
        let result = Result {
          try manager.followLogs(names, last: 2, while: { !isOver.isSet }) { entry in
            if entry.identifier.hasPrefix("conf-") { seen.add(entry.message) }
          }
        }
        ended.deliver(result)
      }
      try eventually("the last two are there") { seen.all == ["a2", "a3"] }
      try startThread(named: "starts") { try? manager.start([names[1]]) }
      try eventually("a goes on when b began") { Set(seen.all) == ["a2", "a3", "b1", "a4"] }
      close(open(bench.file("end"), O_CREAT | O_WRONLY, 0o600))
      try eventually("b ends") { seen.all.count == 5 && seen.all.last == "b2" }
      isOver.set()
      try ended.wait()
      // An error of the one who reads ends it too.
      #expect(throws: Failure.self) {
        try manager.followLogs(names, last: nil, while: { true }) { _ in throw Failure("enough") }
      }
      try manager.followLogs(names, last: 0, while: { false }) { _ in Issue.record("nobody wanted it") }
    }
  }

  @Test(arguments: Implementation.available)
  func mountsAreKept(_ implementation: Implementation) throws {
    try Bench.run(implementation) { bench in
      let unit = MountUnit.image(instance: bench.instance, revision: "7")
      try bench.manager.setMountUnit(unit)
      try bench.manager.setMountUnit(unit)
      #expect(try bench.manager.mountUnits().contains { $0.instance == bench.instance && $0.revision == "7" })
      try bench.manager.removeMountUnit(instance: bench.instance, revision: "7")
      try bench.manager.removeMountUnit(instance: bench.instance, revision: "7")
      #expect(try !bench.manager.mountUnits().contains { $0.instance == bench.instance })
    }
  }
}
