import State
import Testing
import Time

@Suite struct NoticeTests {
  @Test func changesAreNoticed() async throws {
    let fixture = try Fixture()
    fixture.runner.start()
    let change = try fixture.chain(["a", "b"])
    _ = await fixture.ready(change)
    await fixture.runner.stop()
    let notices = fixture.store.read { $0.notices(NoticeFilter(types: [.changeUpdate])) }
    #expect(notices.count == 1)
    #expect(notices.first?.key == "1")
    #expect(notices.first?.lastData == ["kind": "test"])
    // Do, Doing, Done; what lies between two tasks doesn't count.
    #expect(notices.first?.occurrences == 3)
  }

  @Test func noticesRepeatAndExpire() throws {
    let fixture = try Fixture()
    let clock = fixture.clock
    func add(_ key: String, user: UInt32? = nil) throws {
      _ = try fixture.store.write {
        try $0.addNotice(.snapRunInhibit, key: key, userID: user, repeatAfter: .seconds(60))
      }
    }
    try add("x")
    try add("y", user: 1000)
    try add("x")
    fixture.store.read { state in
      let notices = state.notices()
      #expect(notices.map(\.key) == ["x", "y"])
      #expect(notices[0].occurrences == 2 && notices[0].lastRepeated == notices[0].firstOccurred)
      #expect(notices[0].lastOccurred > notices[1].lastOccurred, "times increase though the clock stands still")
      #expect(state.notices(NoticeFilter(userID: 1001)).map(\.key) == ["x"])
      #expect(state.notices(NoticeFilter(userID: 1000)).count == 2)
      #expect(state.notices(NoticeFilter(types: [.warning])).isEmpty)
      #expect(state.notices(NoticeFilter(types: [NoticeType(rawValue: "what")])).isEmpty)
      #expect(state.notices(NoticeFilter(keys: ["y"])).map(\.key) == ["y"])
      #expect(state.notices(NoticeFilter(after: notices[1].lastRepeated)).isEmpty)
    }
    clock.advance(.seconds(61))
    try add("x")
    #expect(fixture.store.read { $0.notices().map(\.key) } == ["y", "x"])
    clock.advance(.seconds(7 * 24 * 3600 - 30))
    #expect(fixture.store.read { $0.notices().map(\.key) } == ["x"])
    try fixture.store.write { $0.prune() }
    #expect(fixture.store.read { $0.notice(2) } == nil)
    for key in ["", String(repeating: "k", count: 257)] {
      #expect(throws: StateError.self) { try add(key) }
    }
    let copy = try fixture.directory.snapshot()
    let store = try StateStore(path: copy.database, clock: clock.clock)
    #expect(store.read { $0.notices() } == fixture.store.read { $0.notices() })
  }

  @Test func longPolls() async throws {
    let fixture = try Fixture()
    let store = fixture.store
    let filter = NoticeFilter(types: [.refreshInhibit])
    let waiting = Task { await store.waitForNotices(filter, timeout: .seconds(30)) }
    try store.write { state in _ = try state.addNotice(.refreshInhibit, key: "-") }
    #expect(await waiting.value.map(\.key) == ["-"])
    // The other ends: time, and giving up.
    let none = NoticeFilter(types: [.prompt])
    let late = Task { await store.waitForNotices(none, timeout: .seconds(30)) }
    while fixture.clock.sleeperCount == 0 { await Task.yield() }
    fixture.clock.advance(.seconds(31))
    #expect(await late.value.isEmpty)
    let cancelled = Task { await store.waitUntilReady(99) }
    #expect(await cancelled.value == nil)
    let forever = Task { await store.wait { _ in Int?.none } }
    forever.cancel()
    #expect(await forever.value == nil)
  }

  @Test func warnings() throws {
    let fixture = try Fixture()
    let clock = fixture.clock
    try fixture.store.write { $0.addWarning("first") }
    clock.advance(.seconds(10))
    try fixture.store.write { $0.addWarning("second") }
    #expect(fixture.store.read { $0.warningSummary }.count == 2)
    #expect(fixture.store.read { $0.warningSummary }.timestamp == clock.now)
    #expect(fixture.store.read { $0.notices(NoticeFilter(types: [.warning])).map(\.key) } == ["first", "second"])
    // Only what the reader saw is acknowledged.
    #expect(try fixture.store.write { $0.okayWarnings(upTo: clock.now - .seconds(5)) } == 1)
    #expect(fixture.store.read { $0.pendingWarnings.map(\.message) } == ["second"])
    clock.advance(.seconds(24 * 3600))
    #expect(fixture.store.read { $0.pendingWarnings.map(\.message) } == ["first", "second"])
    clock.advance(.seconds(28 * 24 * 3600 - 24 * 3600 - 5))
    #expect(fixture.store.read { $0.warnings.map(\.message) } == ["second"])
    try fixture.store.write { $0.prune() }
    let copy = try fixture.directory.snapshot()
    let store = try StateStore(path: copy.database, clock: clock.clock)
    #expect(store.read { $0.warnings } == fixture.store.read { $0.warnings })
  }
}
