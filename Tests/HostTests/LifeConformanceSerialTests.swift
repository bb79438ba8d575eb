import Glibc
import Testing

@testable import Host

/// How services end and come back: the part of the one suite about restart rules, stop modes and time limits.
@Suite(.serialized) struct LifeConformanceSerialTests {
  /// The table of systemd.service(5), "Exit causes and the effect of the Restart= settings", lived through.
  @Test(arguments: Implementation.available)
  func everyConditionRestartsWhatItSays(_ implementation: Implementation) throws {
    let ends = ["clean": "exit 0", "status": "exit 3", "listed": "exit 42", "signal": "kill -9 $$"]
    let restarts: [RestartCondition: Set<String>] = [
      .no: [], .always: ["clean", "status", "listed", "signal"], .onSuccess: ["clean", "listed"],
      .onFailure: ["status", "signal"], .onAbnormal: ["signal"], .onAbort: ["signal"], .onWatchdog: [],
    ]
    #expect(restarts.count == RestartCondition.allCases.count)
    try Bench.run(implementation) { bench in
      var expected: [String: Bool] = [:]
      var services: [ServiceDefinition] = []
      for (condition, again) in restarts {
        for (end, script) in ends {
          let app = "\(condition.rawValue)-\(end)"
          expected[app] = again.contains(end)
          services.append(
            bench.service(app, "if mkdir $D/\(app); then \(script); fi; touch $D/\(app)/again; sleep 1000") {
              $0.restart = condition
              $0.successExitStatus = [42]
            })
        }
      }
      try bench.manager.setServices(services, of: bench.instance)
      // One that ends before it is asked for counts as started all the same.
      try? bench.manager.start(services.map(\.name))
      for (app, again) in expected where again {
        try eventually(within: 30, "\(app) runs again") {
          try access(bench.file("\(app)/again"), F_OK) == 0 && bench.status(app).activity == .active
        }
      }
      for (app, again) in expected where !again {
        try eventually(within: 30, "\(app) is down") { try [.inactive, .failed].contains(bench.status(app).activity) }
        #expect(access(bench.file("\(app)/again"), F_OK) != 0, "\(app)")
        let isFailure = app.hasSuffix("-status") || app.hasSuffix("-signal")
        #expect(try bench.status(app).activity == (isFailure ? .failed : .inactive), "\(app)")
      }
    }
  }

  @Test(arguments: Implementation.available)
  func restartsWaitForTheirDelay(_ implementation: Implementation) throws {
    try Bench.run(implementation) { bench in
      try bench.manager.setServices(
        [
          bench.service("slow", "date +%s%N >> $D/starts; if mkdir $D/once; then exit 1; fi; sleep 1000") {
            $0.restart = .onFailure
            $0.restartDelay = .seconds(1)
          }
        ], of: bench.instance)
      try bench.manager.start([bench.name("slow")])
      try eventually("it waits") { try bench.status("slow").activity == .activating }
      try eventually("it runs again") { content(bench.file("starts")).split(separator: "\n").count == 2 }
      let starts = content(bench.file("starts")).split(separator: "\n").compactMap { Int64($0) }
      #expect((1_000_000_000..<4_000_000_000).contains(starts[1] - starts[0]))
    }
  }

  @Test(arguments: Implementation.available)
  func everyStopModeSendsItsSignal(_ implementation: Implementation) throws {
    let modes = StopMode.Signal.allCases.flatMap { signal in
      ["", "-all"].map { "sig" + signal.rawValue.lowercased() + $0 }
    }
    try Bench.run(implementation) { bench in
      let services = modes.map { mode in
        // The child is told only where all are. A shell has its children in the background ignore SIGINT.
        let signal = String(mode.dropFirst(3).prefix { $0 != "-" }).uppercased()
        let wait = "while :; do sleep 0.05; done"
        return bench.service(
          mode,
          "perl -e '$SIG{INT}=\"DEFAULT\"; exec @ARGV' sh -c 'trap \"echo child >> '$D'/\(mode); exit 0\" \(signal); echo $$ > '$D'/\(mode)-child; \(wait)' & "
            + "trap 'echo main >> $D/\(mode); exit 0' \(signal); touch $D/\(mode)-main; \(wait)"
        ) { $0.stopMode = StopMode(yaml: mode) }
      }
      try bench.manager.setServices(services, of: bench.instance)
      try bench.manager.start(services.map(\.name))
      for mode in modes {
        try eventually("\(mode) listens") {
          access(bench.file("\(mode)-main"), F_OK) == 0 && content(bench.file("\(mode)-child")).hasSuffix("\n")
        }
      }
      try bench.manager.stop(services.map(\.name))
      for mode in modes {
        let told = Set(content(bench.file(mode)).split(separator: "\n").map(String.init))
        #expect(told == (mode.hasSuffix("-all") ? ["main", "child"] : ["main"]), "\(mode)")
        #expect(try bench.status(mode).activity == .inactive, "\(mode)")
      }
      // What was not told is left alone.
      for mode in modes {
        guard let child = Int32(content(bench.file("\(mode)-child")).split(separator: "\n").first ?? "") else {
          continue
        }
        #expect(isAlive(child) == !mode.hasSuffix("-all"), "\(mode)")
        guard isAlive(child) else { continue }
        kill(child, SIGKILL)
        try eventually("\(mode)'s child is gone") { !isAlive(child) }
      }
    }
  }

  @Test(arguments: Implementation.available)
  func startsHaveAnEnd(_ implementation: Implementation) throws {
    try Bench.run(implementation) { bench in
      let types: [ServiceType] = [.oneshot, .forking, .notify]
      try bench.manager.setServices(
        types.map { type in
          bench.service(type.rawValue, "sleep 1000") {
            $0.type = type
            $0.startTimeout = .milliseconds(300)
          }
        }, of: bench.instance)
      for type in types {
        #expect(throws: ServiceError.self) { try bench.manager.start([bench.name(type.rawValue)]) }
        #expect(try bench.status(type.rawValue).result == "timeout", "\(type)")
        #expect(try bench.status(type.rawValue).activity == .failed, "\(type)")
      }
    }
  }

  @Test(arguments: Implementation.available)
  func aServiceThatCannotReloadSaysSo(_ implementation: Implementation) throws {
    try Bench.run(implementation) { bench in
      try bench.manager.setServices(
        [bench.service("srv", "sleep 1000") { $0.reloadCommand = bench.sh("exit 1") }], of: bench.instance)
      try bench.manager.start([bench.name("srv")])
      let pid = try bench.status("srv").mainPID
      #expect(throws: ServiceError.self) { try bench.manager.reload([bench.name("srv")]) }
      // It goes on as it was.
      #expect(try bench.status("srv").mainPID == pid && bench.status("srv").activity == .active)
    }
  }
}
