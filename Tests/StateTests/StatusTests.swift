import State
import Testing
import Time

/// What a graph of tasks is written as: `a b<a` is two tasks of which the second waits for the first; `@1,2` are lanes.
struct Graph: CustomStringConvertible, Sendable {
  let description: String
  init(_ text: String) { description = text }

  func build(_ store: StateStore, _ statuses: [Status]) throws -> (ChangeID, [TaskID]) {
    try store.write { state in
      let change = state.newChange(kind: "test", summary: "Test")
      var ids: [String: TaskID] = [:]
      var tasks: [TaskID] = []
      for word in description.split(separator: " ") {
        let parts = word.split(separator: "@")
        let names = parts[0].split(separator: "<")
        let task = state.newTask(Step.self, input: String(names[0]), summary: String(names[0]), in: change)
        ids[String(names[0])] = task
        tasks.append(task)
        if names.count > 1 {
          for name in names[1].split(separator: ",") {
            if let other = ids[String(name)] { state.wait(task, for: other) }
          }
        }
        if parts.count > 1 {
          for lane in parts[1].split(separator: ",") { state.join(task, Lane(rawValue: Int(lane) ?? 0)) }
        }
      }
      for (task, status) in zip(tasks, statuses) {
        if status == .wait { state.setToWait(task) } else { state.setStatus(status, of: task) }
      }
      return (change, tasks)
    }
  }
}

@Suite struct StatusTests {
  @Test(
    arguments: [
      ("", [], .hold),
      ("a", [.do], .do),
      ("a b", [.done, .do], .do),
      ("a b", [.done, .doing], .doing),
      ("a b c", [.doing, .abort, .undo], .abort),
      ("a b c", [.undoing, .undo, .doing], .undoing),
      ("a b c", [.undo, .doing, .do], .undo),
      ("a b", [.done, .error], .error),
      ("a b c", [.undone, .error, .done], .error),
      ("a b", [.undone, .done], .undone),
      ("a b", [.hold, .done], .done),
      ("a b", [.hold, .hold], .hold),
      // Waiting: only when nothing could go on by itself.
      ("a b<a", [.wait, .do], .wait),
      ("a b<a c<b", [.wait, .do, .do], .wait),
      ("a b<a c", [.wait, .do, .do], .do),
      ("a b c<a,b", [.wait, .do, .do], .do),
      ("a b c<a,b", [.wait, .done, .do], .wait),
      ("a b c<a,b", [.wait, .doing, .do], .doing),
      ("a b", [.wait, .done], .wait),
      ("a b", [.wait, .error], .wait),
      ("a b<a", [.undo, .wait], .wait),
      ("a b<a c", [.undo, .wait, .undo], .undo),
      ("a b<a", [.done, .wait], .wait),
    ] as [(String, [Status], Status)])
  func derived(graph: String, statuses: [Status], expected: Status) throws {
    let fixture = try Fixture()
    let (change, _) = try Graph(graph).build(fixture.store, statuses)
    #expect(fixture.store.read { $0.status(of: change) } == expected)
    // The counters survive a restart.
    let copy = try fixture.directory.snapshot()
    let store = try StateStore(path: copy.database, clock: fixture.clock.clock)
    #expect(store.read { $0.status(of: change) } == expected)
  }

  enum Act: Sendable { case all, lanes([Lane]), unready }

  @Test(
    arguments: [
      ("a b c", [.do, .doing, .done], .all, [.hold, .abort, .undo]),
      ("a b c d e", [.undo, .undoing, .undone, .error, .hold], .all, [.undo, .undoing, .undone, .error, .hold]),
      ("a b<a", [.wait, .do], .all, [.undo, .hold]),
      // A lane falls alone.
      ("a@1 b<a@1 c@2 d<c@2", [.done, .do, .done, .do], .lanes([1]), [.undo, .hold, .done, .do]),
      // Tasks that wait for a fallen one fall whatever their lane, and pull their own lanes along.
      ("a@1 b<a@2 c@2 d@3", [.done, .do, .done, .done], .lanes([1]), [.undo, .hold, .undo, .done]),
      // A task that is also in a lane that lives on stays.
      ("a@1,2 b@1 c@2", [.done, .doing, .do], .lanes([1]), [.done, .abort, .do]),
      // Not when anything in that lane is no longer alive.
      ("a@1,2 b@1 c@2 d@2", [.done, .doing, .do, .undone], .lanes([1]), [.undo, .abort, .hold, .undone]),
      // Nor when that lane is doomed too.
      ("a@1,2 b@1 c@2", [.done, .doing, .do], .lanes([1, 2]), [.undo, .abort, .hold]),
      // Tasks without a lane are in lane 0.
      ("a b@1", [.do, .do], .lanes([0]), [.hold, .do]),
      // Finished lanes stay.
      ("a@1 b@1 c@2 d<c@2", [.done, .done, .done, .do], .unready, [.done, .done, .undo, .hold]),
    ] as [(String, [Status], Act, [Status])])
  func aborting(graph: String, statuses: [Status], act: Act, expected: [Status]) throws {
    let fixture = try Fixture()
    let (change, _) = try Graph(graph).build(fixture.store, statuses)
    try fixture.store.write { state in
      switch act {
      case .all: state.abort(change)
      case .lanes(let lanes): state.abortLanes(lanes, of: change)
      case .unready: state.abortUnreadyLanes(change)
      }
    }
    #expect(fixture.statuses(change) == expected)
  }

  @Test func cyclesAreRefused() throws {
    let fixture = try Fixture()
    #expect(throws: StateError.dependencyCycle(["1:step", "2:step", "3:step"])) {
      try fixture.store.write { state in
        let change = state.newChange(kind: "test", summary: "")
        let tasks = ["a", "b", "c"].map { state.newTask(Step.self, input: $0, summary: $0, in: change) }
        state.chain(tasks)
        state.wait(tasks[0], for: tasks[2])
      }
    }
    #expect(fixture.store.read { $0.changes }.isEmpty)
    #expect("\(StateError.dependencyCycle(["1:a", "2:b"]))" == "dependency cycle involving tasks [1:a 2:b]")
  }

  @Test func errorText() throws {
    let fixture = try Fixture()
    let (change, tasks) = try Graph("a b c").build(fixture.store, [.error, .error, .done])
    try fixture.store.write { state in
      state.log("did a bit", of: tasks[0])
      state.log("cannot do a", .error, of: tasks[0])
      state.log("cannot do b", .error, of: tasks[1])
    }
    let expected = "cannot perform the following tasks:\n- a (cannot do a)\n- b (cannot do b)"
    #expect(fixture.store.read { $0.errorText(of: change) } == expected)
    #expect(
      fixture.store.read { $0.task(tasks[0])?.log.map(\.description) } == [
        "2026-01-02T03:04:05Z INFO did a bit", "2026-01-02T03:04:05Z ERROR cannot do a",
      ])
  }
}
