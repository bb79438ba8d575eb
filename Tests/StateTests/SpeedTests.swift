import State
import Testing

@Suite(.serialized) struct SpeedTests {
  /// The bounds are loose, for a debug build on a busy machine; what they find is a cost that grows with the state.
  @Test func commitsDoNotGetSlowerWithTheState() async throws {
    let fixture = try Fixture()
    for _ in 0..<500 { _ = try fixture.chain((0..<20).map(String.init)) }
    let count = 200
    let time = try ContinuousClock().measure {
      for number in 0..<count {
        try fixture.store.write { $0.setStatus(.doing, of: TaskID(rawValue: number * 40 + 1)) }
      }
    }
    print("one commit beside 10,000 tasks: \(time / count)")
    #expect(time / count < .milliseconds(3))
    let opening = try ContinuousClock().measure {
      let copy = try fixture.directory.snapshot()
      _ = try StateStore(path: copy.database)
    }
    print("opening 10,000 tasks: \(opening)")
  }

  @Test func aChangeOfEighteenTasks() async throws {
    let fixture = try Fixture()
    fixture.runner.start()
    var best = Duration.seconds(10)
    for _ in 0..<10 {
      let began = ContinuousClock.now
      let change = try fixture.chain((0..<18).map(String.init))
      #expect(await fixture.ready(change) == .done)
      best = min(best, ContinuousClock.now - began)
    }
    print("18 tasks: \(best)")
    #expect(best < .milliseconds(200))
    await fixture.runner.stop()
  }
}
