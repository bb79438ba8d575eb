import Glibc
import SQLite
import State
import TestSupport
import Testing
import Time

private struct Thing: Codable, Sendable, Equatable {
  var name: String
  var size = 1
}

@Suite struct StoreTests {
  private let things = RecordKind<Thing>("things")

  @Test func recordsComeBackAndFailedWritesLeaveNothing() throws {
    let fixture = try Fixture()
    try fixture.store.write { state in
      state[things, "b"] = Thing(name: "b")
      state[things, "a"] = Thing(name: "a")
      state[things, "c"] = Thing(name: "c")
    }
    try fixture.store.write { $0[things, "c"] = nil }
    #expect(throws: Failure.self) {
      try fixture.store.write { state in
        state[things, "a"] = nil
        _ = state.newChange(kind: "x", summary: "x")
        state.addWarning("oh")
        throw Failure(description: "no")
      }
    }
    let copy = try fixture.directory.snapshot()
    for store in [fixture.store, try StateStore(path: copy.database)] {
      store.read { state in
        #expect(state.all(things).map(\.key) == ["a", "b"])
        #expect(state[things, "a"] == Thing(name: "a"))
        #expect(state.changes.isEmpty && state.warnings.isEmpty)
      }
    }
    // An id that was never seen outside may be given again, one that was may not.
    #expect(try fixture.store.write { $0.newChange(kind: "x", summary: "x") } == 1)
  }

  @Test func everythingOfATaskComesBack() throws {
    let fixture = try Fixture()
    try fixture.store.write { state in
      let change = state.newChange(kind: "install-thing", summary: "Install \"thing\"")
      state.setChangeData(["names": ["thing"]], "api-data", of: change)
      let first = state.newTask(Step.self, input: "in\nput", summary: "First", in: change)
      let second = state.newTask(Step.self, input: "2", summary: "Second", in: change)
      state.wait(second, for: first)
      state.join(second, state.newLane())
      state.setTaskData(Thing(name: "x"), "thing", of: second)
      state.log("line", of: second)
      state.setProgress(TaskProgress(label: "bytes", done: 3, total: 9), of: second)
      state.setToWait(second, resumingAs: .undone)
      state.setAtTime(fixture.clock.now + .seconds(5), of: first)
      _ = state.newTask(Step.self, input: "alone", summary: "Alone", in: nil)
    }
    let before = fixture.store.read { ($0.changes, $0.tasks(of: 1), $0.task(3)) }
    let copy = try fixture.directory.snapshot()
    let after = try StateStore(path: copy.database, clock: fixture.clock.clock).read {
      ($0.changes, $0.tasks(of: 1), $0.task(3))
    }
    #expect(before.0 == after.0 && before.1 == after.1 && before.2 == after.2)
    #expect(after.1[0].haltTasks == [2] && after.1[1].waitTasks == [1] && after.1[1].lanes == [1])
    var status = stat()
    #expect(stat(fixture.store.path, &status) == 0 && status.st_mode & 0o777 == 0o600)
  }

  @Test func aRecordThatDoesNotDecodeIsNotTakenForMissing() throws {
    let fixture = try Fixture()
    try fixture.store.write { $0[RecordKind<[Int]>("things"), "a"] = [1] }
    let copy = try fixture.directory.snapshot()
    let store = try StateStore(path: copy.database)
    #expect(throws: StateError.self) { try store.verify(things) }
    #expect(throws: StateError.self) {
      try store.write { state in if state[things, "a"] == nil { state[things, "b"] = Thing(name: "b") } }
    }
    #expect(store.read { $0.keys(things) } == ["a"])
  }

  @Test func aDamagedDatabaseIsCopiedAsideAndRefused() throws {
    let fixture = try Fixture()
    try fixture.store.write { state in for name in 0..<2000 { state[things, "\(name)"] = Thing(name: "\(name)") } }
    let directory = try fixture.directory.snapshot()
    // Everything into the one file, then a hole in its middle.
    do {
      let database = try Database(path: directory.database)
      try database.execute("PRAGMA wal_checkpoint(TRUNCATE); PRAGMA journal_mode = DELETE")
    }
    var bytes = readFile(directory.database)
    #expect(bytes.count > 40_000)
    for offset in 8192..<32_768 { bytes[offset] = 0xa5 }
    for content in [bytes, Array("not a database at all, but long enough to look at".utf8)] {
      let damaged = try TemporaryDirectory()
      writeFile(damaged.database, content)
      // Started again and again, it makes one copy.
      for _ in 1...2 {
        do {
          _ = try StateStore(path: damaged.database)
          Issue.record("opened a damaged database")
        } catch {
          guard case .damaged(let path, _, let copy) = error else {
            Issue.record("\(error)")
            continue
          }
          #expect(path == damaged.database && copy == "\(path).damaged-1")
        }
      }
      #expect(readFile("\(damaged.database).damaged-1") == content)
      #expect(readFile(damaged.database) == content)
      #expect(!damaged.names.contains("state.db.damaged-2"))
    }
  }

  @Test func aNewerDatabaseAndOneInUseAreRefused() throws {
    let directory = try TemporaryDirectory()
    do {
      let database = try Database(path: directory.database)
      try database.execute("PRAGMA user_version = 7")
    }
    #expect(throws: StateError.newerSchema(path: directory.database, found: 7, supported: 1)) {
      try StateStore(path: directory.database)
    }
    let fixture = try Fixture()
    #expect(throws: StateError.inUse(path: fixture.directory.database)) {
      try StateStore(path: fixture.directory.database)
    }
  }

  @Test func pruning() throws {
    let fixture = try Fixture()
    let clock = fixture.clock
    // 1 ready and old; 2 hangs; 3 has no tasks; task of no change.
    let (old, _) = try Graph("a b").build(fixture.store, [.done, .done])
    let (hanging, _) = try Graph("a@1 b@2").build(fixture.store, [.do, .done])
    let empty = try fixture.store.write { state in
      _ = state.newTask(Step.self, input: "", summary: "", in: nil)
      return state.newChange(kind: "x", summary: "")
    }
    let start = clock.now
    clock.advance(.seconds(25 * 3600))
    let (fresh, _) = try Graph("a").build(fixture.store, [.done])
    try fixture.store.write { $0.prune(PruneLimits(startOfOperation: clock.now)) }
    // What waited while the daemon did not run has not waited.
    fixture.store.read { #expect($0.changes.map(\.id) == [hanging, empty, fresh]) }
    try fixture.store.write { $0.prune(PruneLimits(startOfOperation: start)) }
    fixture.store.read { state in
      #expect(state.changes.map(\.id) == [hanging, fresh])
      #expect(state.tasks(of: old).isEmpty && state.task(5) == nil)
    }
    clock.advance(.seconds(3 * 24 * 3600))
    try fixture.store.write { $0.prune(isPending: { _, change in change.id == hanging }) }
    #expect(fixture.statuses(hanging) == [.do, .done])
    try fixture.store.write { $0.prune() }
    #expect(fixture.statuses(hanging) == [.hold, .done])
    // Too many: the oldest go.
    for _ in 0..<5 {
      clock.advance(.seconds(1))
      _ = try Graph("a").build(fixture.store, [.done])
    }
    try fixture.store.write { $0.prune(PruneLimits(maxReadyChanges: 3)) }
    let left = fixture.store.read { $0.changes.map(\.id) }
    #expect(left == [7, 8, 9])
    // And on disk too.
    let copy = try fixture.directory.snapshot()
    #expect(try StateStore(path: copy.database).read { $0.changes.map(\.id) } == left)
  }
}
