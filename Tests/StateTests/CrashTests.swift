import SQLite
import State
import Synchronization
import TestSupport
import Testing

/// Gives the boundaries of a run, and what a kill at one of them would have left on disk.
private final class Recorder: Sendable {
  private struct Inner {
    var seen: [Boundary] = []
    var copies: [TemporaryDirectory] = []
  }
  private let inner = Mutex(Inner())
  let directory: TemporaryDirectory
  init(_ directory: TemporaryDirectory) { self.directory = directory }
  func note(_ boundary: Boundary) {
    guard let copy = try? directory.snapshot() else {
      Issue.record("cannot copy the state at \(boundary)")
      return
    }
    inner.withLock {
      $0.seen.append(boundary)
      $0.copies.append(copy)
    }
  }
  var copies: [(Boundary, TemporaryDirectory)] { inner.withLock { Array(zip($0.seen, $0.copies)) } }
}

@Suite(.timeLimit(.minutes(2))) struct CrashTests {
  private static let marks = RecordKind<Int>("marks")

  /// Each step counts itself at completion; doing and undoing cancel out, so that the sum says whether a result was
  /// ever lost or taken twice.
  private func arm(_ fixture: Fixture, _ names: [String], failing: String?) {
    for name in names {
      fixture.script.on("do:\(name)") { context in
        context.checkpoint("middle")
        if "abort \(name)" == failing { try context.store.write { $0.abort(context.changeID) } }
        if name == failing { throw Failure(description: "cannot \(name)") }
        context.atCompletion { $0[Self.marks, name] = ($0[Self.marks, name] ?? 0) + 1 }
        return .done
      }
      fixture.script.on("undo:\(name)") { context in
        context.checkpoint("middle")
        // What was given up before its result was committed is undone too.
        context.atCompletion { $0[Self.marks, name] = max(0, ($0[Self.marks, name] ?? 0) - 1) }
        return .done
      }
    }
  }

  @Test(arguments: [nil, "d", "abort c"] as [String?])
  func killedAnywhereItGoesOnFromThere(failing: String?) async throws {
    let names = ["a", "b", "c", "d"]
    let directory = try TemporaryDirectory()
    let recorder = Recorder(directory)
    let fixture = try Fixture(directory, boundary: { recorder.note($0) })
    arm(fixture, names, failing: failing)
    fixture.runner.start()
    let change = try fixture.chain(names)
    let expected = await fixture.ready(change)
    let marks = fixture.store.read { state in names.map { state[Self.marks, $0] ?? 0 } }
    await fixture.runner.stop()
    #expect(expected == (failing == nil ? .done : failing == "d" ? .error : .undone))
    #expect(marks == (failing == nil ? [1, 1, 1, 1] : [0, 0, 0, 0]))
    let copies = recorder.copies
    #expect(copies.count >= names.count * 3)
    for (boundary, copy) in copies {
      let again = try Fixture(copy)
      arm(again, names, failing: failing)
      again.runner.start()
      #expect(await again.ready(change) == expected, "killed at \(boundary)")
      #expect(again.statuses(change) == fixture.statuses(change), "killed at \(boundary)")
      #expect(again.store.read { state in names.map { state[Self.marks, $0] ?? 0 } } == marks, "\(boundary)")
      #expect(await again.wait { $0.change(change)?.isClean == true })
      await again.runner.stop()
    }
  }

  @Test func aCommitThatCanNotBeMadeIsMadeLater() async throws {
    let directory = try TemporaryDirectory()
    do { _ = try StateStore(path: directory.database) }
    do {
      // Stands for a full disk: a row that can't be written until another is there.
      let database = try Database(path: directory.database)
      try database.execute(
        """
        CREATE TRIGGER full BEFORE INSERT ON records
        WHEN NEW.key = 'a' AND NOT EXISTS (SELECT 1 FROM records WHERE key = 'space')
        BEGIN SELECT RAISE(ABORT, 'no space'); END
        """)
    }
    let fixture = try Fixture(directory)
    let failures = Counter()
    fixture.runner.onFailure { _ in _ = failures.next() }
    arm(fixture, ["a"], failing: nil)
    fixture.runner.start()
    let change = try fixture.chain(["a"])
    while fixture.clock.sleeperCount == 0 { await Task.yield() }
    #expect(fixture.statuses(change) == [.doing])
    #expect(fixture.store.read { $0[Self.marks, "a"] } == nil)
    #expect(throws: StateError.self) { try fixture.store.write { $0[Self.marks, "a"] = 5 } }
    try fixture.store.write { $0[Self.marks, "space"] = 1 }
    fixture.clock.advance(.seconds(3))
    #expect(await fixture.ready(change) == .done)
    #expect(fixture.store.read { $0[Self.marks, "a"] } == 1)
    #expect(failures.next() == 2)
    #expect(fixture.script.events == ["do:a"])
    await fixture.runner.stop()
  }

  @Test(arguments: 0..<60)
  func anyGraphEndsReadyAndConsistent(seed: UInt64) async throws {
    var random = SeededGenerator(seed: seed)
    let fixture = try Fixture()
    let count = Int.random(in: 1...25, using: &random)
    for name in 0..<count {
      switch Int.random(in: 0..<12, using: &random) {
      case 0: fixture.script.on("do:\(name)") { _ in throw Failure(description: "no \(name)") }
      case 1: fixture.script.on("undo:\(name)") { _ in throw Failure(description: "no undo \(name)") }
      case 2:
        let tries = Counter()
        fixture.script.on("do:\(name)") { _ in tries.next() < 3 ? .retry(after: .zero, reason: "") : .done }
      default: break
      }
    }
    let abortsAt = Int.random(in: 0..<60, using: &random)
    let change = try fixture.store.write { state in
      let change = state.newChange(kind: "test", summary: "")
      var tasks: [TaskID] = []
      let lanes = (0..<3).map { _ in state.newLane() }
      for name in 0..<count {
        let isFinal = Int.random(in: 0..<6, using: &random) == 0
        let task =
          isFinal
          ? state.newTask(FinalStep.self, input: "\(name)", summary: "", in: change)
          : state.newTask(Step.self, input: "\(name)", summary: "", in: change)
        for other in tasks where Int.random(in: 0..<5, using: &random) == 0 { state.wait(task, for: other) }
        for lane in lanes where Int.random(in: 0..<3, using: &random) == 0 { state.join(task, lane) }
        tasks.append(task)
      }
      return change
    }
    if abortsAt < count {
      fixture.script.on("do:\(abortsAt)") { context in
        try context.store.write { $0.abort(change) }
        return .done
      }
    }
    fixture.runner.start()
    let status = await fixture.ready(change)
    await fixture.runner.stop()
    #expect(status?.isReady == true)
    fixture.store.read { state in
      for task in state.tasks(of: change) {
        #expect(task.status.isReady)
        // What was done had all it waits for done first; what is undone has nothing done that waits for it, but for
        // what can't be undone.
        if task.status == .done {
          for awaited in task.waitTasks {
            let status = state.task(awaited)?.status
            #expect(status == .done || task.kind == FinalStep.kind, "\(task.id) done, \(awaited) \(status?.name ?? "")")
          }
        }
        if task.status == .error { #expect(task.log.contains { $0.level == .error }) }
      }
      #expect(state.unreadyChanges.isEmpty)
    }
    let copy = try fixture.directory.snapshot()
    let store = try StateStore(path: copy.database)
    #expect(store.read { $0.tasks(of: change) } == fixture.store.read { $0.tasks(of: change) })
  }
}

private final class Counter: Sendable {
  private let value = Atomic<Int>(0)
  func next() -> Int { value.add(1, ordering: .relaxed).newValue }
}
