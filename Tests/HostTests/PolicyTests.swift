import Testing

@testable import Host

@Suite struct PolicyTests {
  /// The table of systemd.service(5), "Exit causes and the effect of the Restart= settings".
  @Test(arguments: [
    (ProcessEnd.exited(0), ["always", "on-success"]),
    (.exited(1), ["always", "on-failure"]),
    (.exited(42), ["always", "on-success"]),
    (.killed(signal: 15, dumpedCore: false), ["always", "on-success"]),
    (.killed(signal: 9, dumpedCore: false), ["always", "on-failure", "on-abnormal", "on-abort"]),
    (.killed(signal: 11, dumpedCore: true), ["always", "on-failure", "on-abnormal", "on-abort"]),
  ])
  func restartsByEnd(end: ProcessEnd, conditions: [String]) {
    let result = RestartPolicy.result(of: end, type: .simple, alsoSuccess: [42])
    for condition in RestartCondition.allCases {
      #expect(
        RestartPolicy.restarts(condition, type: .simple, after: result) == conditions.contains(condition.rawValue),
        "\(condition) after \(end)")
    }
  }

  @Test(arguments: [
    (ServiceResult.timeout, ["always", "on-failure", "on-abnormal"]),
    (.watchdog, ["always", "on-failure", "on-abnormal", "on-watchdog"]),
  ])
  func restartsByResult(result: ServiceResult, conditions: [String]) {
    for condition in RestartCondition.allCases {
      #expect(
        RestartPolicy.restarts(condition, type: .simple, after: result) == conditions.contains(condition.rawValue))
    }
  }

  @Test func aJobThatSucceededIsNotRepeated() {
    #expect(!RestartPolicy.restarts(.always, type: .oneshot, after: .success))
    #expect(RestartPolicy.restarts(.always, type: .oneshot, after: .exitCode))
    #expect(
      RestartPolicy.result(of: .killed(signal: 15, dumpedCore: false), type: .oneshot, alsoSuccess: []) == .signal)
  }

  @Test func delaysGrowAfterABurstAndShrinkAfterHealth() {
    var history = StartHistory()
    var now: Int64 = 0
    var delays: [Duration] = []
    for _ in 0..<16 {
      history.started(now: now)
      let delay = RestartPolicy.delay(configured: nil, tooMany: history.tooMany)
      delays.append(delay)
      now += delay.nanoseconds + 1_000_000
    }
    let quick = Duration.milliseconds(100)
    #expect(Array(delays.prefix(4)) == [quick, quick, quick, quick])
    #expect(Array(delays[4..<8]) == [.seconds(1), .seconds(2), .seconds(4), .seconds(8)])
    #expect(delays.last == .seconds(300))
    now += Duration.seconds(600).nanoseconds
    history.started(now: now)
    #expect(RestartPolicy.delay(configured: nil, tooMany: history.tooMany) == quick)
    #expect(RestartPolicy.delay(configured: .seconds(20), tooMany: 1) == .seconds(20))
  }

  @Test func environmentFiles() {
    let text = "# c\nA=1\n B = 2\nexport C=3\nD=\"x y\" \nE='q'\n=x\nF\nG=a=b\n"
    let variables = EnvironmentFile.parse(Array(text.utf8)).map { "\($0.name)|\($0.value)" }
    #expect(variables == ["A|1", "D|x y", "E|q", "G|a=b"])
  }

  @Test func statFilesOfHostileNames() throws {
    let text = "17 (a) R 9 (b) S 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 4711 20 21\n"
    let facts = try #require(ProcessFacts(pid: 17, stat: Array(text.utf8)))
    #expect(facts.state == "S")
    #expect(facts.parent == 1)
    #expect(facts.session == 3)
    #expect(facts.startTime == 4711)
    #expect(ProcessFacts(pid: 17, stat: Array("17 (x) S 1".utf8)) == nil)
    #expect(ProcessFacts(pid: 17, stat: []) == nil)
  }

  @Test func listeningSockets() {
    let sockets = ListenFDs.parse(pid: "9", count: "3", names: "a:b", ownPID: 9)
    #expect(sockets.map(\.descriptor) == [3, 4, 5])
    #expect(sockets.map(\.name) == ["a", "b", "unknown"])
    #expect(ListenFDs.parse(pid: "8", count: "3", names: nil, ownPID: 9).isEmpty)
    #expect(ListenFDs.parse(pid: "9", count: "-1", names: nil, ownPID: 9).isEmpty)
    #expect(ListenFDs.parse(pid: "9", count: "99999999", names: nil, ownPID: 9).isEmpty)
  }

  @Test func directoriesStripTheirRoot() {
    let directories = Directories(root: "/tmp/r/")
    #expect(directories.stripping("/tmp/r/snap/x") == "/snap/x")
    #expect(directories.stripping("/tmp/r") == "/")
    #expect(directories.stripping("/tmp/rest") == "/tmp/rest")
    #expect(Directories().stripping("/snap/x") == "/snap/x")
  }
}
