import State
import Synchronization
import Testing

@Suite(.timeLimit(.minutes(1))) struct RunnerTests {
  @Test func aChainIsDoneInOrderAndItsResultsAreThere() async throws {
    let fixture = try Fixture()
    fixture.script.on("do:b") { context in
      try context.remember(["x": 1], as: "found")
      context.atCompletion { $0[RecordKind<String>("things"), "b"] = "made" }
      return .done
    }
    fixture.runner.start()
    let change = try fixture.chain(["a", "b", "c"])
    #expect(await fixture.ready(change) == .done)
    #expect(fixture.script.events == ["do:a", "do:b", "do:c"])
    #expect(fixture.store.read { $0[RecordKind<String>("things"), "b"] } == "made")
    #expect(fixture.store.read { $0.taskData([String: Int].self, "found", of: 2) } == ["x": 1])
    #expect(fixture.store.read { $0.change(change)?.readyTime } != nil)
    #expect(await fixture.wait { $0.change(change)?.isClean == true })
    await fixture.runner.stop()
  }

  @Test func aFailureUndoesBackwards() async throws {
    let fixture = try Fixture()
    fixture.script.on("do:c") { _ in throw Failure(description: "cannot c") }
    fixture.runner.start()
    let change = try fixture.chain(["a", "b", "c", "d"])
    #expect(await fixture.ready(change) == .error)
    #expect(fixture.script.events == ["do:a", "do:b", "do:c", "undo:b", "undo:a"])
    #expect(fixture.statuses(change) == [.undone, .undone, .error, .hold])
    let text = "cannot perform the following tasks:\n- Step c (cannot c)"
    #expect(fixture.store.read { $0.errorText(of: change) } == text)
    await fixture.runner.stop()
  }

  @Test func aFailingUndoIsAnErrorAndTheOthersGoOn() async throws {
    let fixture = try Fixture()
    fixture.script.on("do:c") { _ in throw Failure(description: "cannot c") }
    fixture.script.on("undo:b") { _ in throw Failure(description: "cannot undo b") }
    fixture.runner.start()
    let change = try fixture.chain(["a", "b", "c"])
    #expect(await fixture.ready(change) == .error)
    #expect(fixture.statuses(change) == [.undone, .error, .error])
    await fixture.runner.stop()
  }

  @Test func lanesFailAlone() async throws {
    let fixture = try Fixture()
    fixture.script.on("do:b") { _ in throw Failure(description: "no") }
    fixture.runner.start()
    let (change, _) = try Graph("a@1 b<a@1 c@2 d<c@2 e@1,2").build(fixture.store, [])
    #expect(await fixture.ready(change) == .error)
    let statuses = fixture.statuses(change)
    #expect(Array(statuses.prefix(4)) == [.undone, .error, .done, .done])
    #expect(statuses[4] == .done)
    await fixture.runner.stop()
  }

  @Test func kindsWithoutUndoAndUnknownKinds() async throws {
    let fixture = try Fixture()
    fixture.script.on("do:z") { _ in throw Failure(description: "no") }
    let change = try fixture.store.write { state in
      let change = state.newChange(kind: "test", summary: "")
      let unknown = state.newTask(kind: "from-the-future", inputJSON: "{\"x\":1}", summary: "?", in: change)
      let final = state.newTask(FinalStep.self, input: "f", summary: "f", in: change)
      let last = state.newTask(Step.self, input: "z", summary: "z", in: change)
      state.chain([unknown, final, last])
      return change
    }
    fixture.runner.start()
    #expect(await fixture.ready(change) == .error)
    #expect(fixture.statuses(change) == [.done, .done, .error])
    await fixture.runner.stop()
  }

  @Test func retryingWaitsForItsTime() async throws {
    let fixture = try Fixture()
    let tries = Atomic<Int>(0)
    fixture.script.on("do:a") { _ in
      tries.add(1, ordering: .relaxed).newValue < 3 ? .retry(after: .seconds(60), reason: "not yet") : .done
    }
    fixture.runner.start()
    let change = try fixture.chain(["a"])
    for round in 1...2 {
      let now = fixture.clock.now
      #expect(await fixture.wait { ($0.task(1)?.atTime).map { $0 > now } == true })
      #expect(fixture.statuses(change) == [.doing])
      fixture.runner.ensureAll()
      #expect(tries.load(ordering: .relaxed) == round)
      fixture.clock.advance(.seconds(61))
      // The timer may be set only after the clock was moved.
      fixture.runner.ensure()
    }
    #expect(await fixture.ready(change) == .done)
    await fixture.runner.stop()
  }

  @Test func waitingEndsWhenSomeoneSaysSo() async throws {
    let fixture = try Fixture()
    fixture.script.on("do:a") { _ in .wait(reason: "restart by hand") }
    fixture.runner.start()
    let change = try fixture.chain(["a", "b"])
    #expect(await fixture.wait { $0.status(of: change) == .wait })
    #expect(fixture.store.read { $0.waitingTasks.map(\.id) } == [1])
    try fixture.store.write { state in for task in state.waitingTasks { state.resume(task.id) } }
    #expect(await fixture.ready(change) == .done)
    #expect(fixture.script.events == ["do:a", "do:b"])
    await fixture.runner.stop()
  }

  @Test(arguments: [true, false])
  func abortingWhatRuns(handlerGivesUp: Bool) async throws {
    let fixture = try Fixture()
    fixture.script.on("do:b") { context in
      context.progress(label: "working", done: 1, total: 3)
      while !context.isAborted { await Task.yield() }
      if handlerGivesUp { throw CancellationError() }
      return .done
    }
    fixture.runner.start()
    let change = try fixture.chain(["a", "b", "c"])
    #expect(await fixture.wait { $0.task(2)?.progress == TaskProgress(label: "working", done: 1, total: 3) })
    try fixture.store.write { $0.abort(change) }
    #expect(await fixture.ready(change) == .undone)
    #expect(fixture.statuses(change) == [.undone, .undone, .hold])
    #expect(fixture.script.events == ["do:a", "do:b", "undo:b", "undo:a"])
    await fixture.runner.stop()
  }

  @Test func blockedTasksRunOneAfterTheOther() async throws {
    let fixture = try Fixture()
    let busy = Atomic<Int>(0)
    let most = Atomic<Int>(0)
    for name in ["a", "b", "c", "d"] {
      fixture.script.on("do:\(name)") { _ in
        let now = busy.add(1, ordering: .relaxed).newValue
        most.max(now, ordering: .relaxed)
        for _ in 0..<100 { await Task.yield() }
        busy.subtract(1, ordering: .relaxed)
        return .done
      }
    }
    fixture.runner.addBlockedPredicate { task, running, _ in running.contains { $0.kind == task.kind } }
    fixture.runner.start()
    let (change, _) = try Graph("a b c d").build(fixture.store, [])
    #expect(await fixture.ready(change) == .done)
    #expect(most.load(ordering: .relaxed) == 1)
    await fixture.runner.stop()
  }

  @Test func handlersThatBlockDoNotStopOthers() async throws {
    let fixture = try Fixture()
    let count = 40
    let started = Atomic<Int>(0)
    for name in 0..<count {
      fixture.script.on("do:\(name)") { _ in
        started.add(1, ordering: .relaxed)
        while started.load(ordering: .relaxed) < count { pause() }
        return .done
      }
    }
    fixture.runner.start()
    let (change, _) = try Graph((0..<count).map(String.init).joined(separator: " ")).build(fixture.store, [])
    #expect(await fixture.ready(change) == .done)
    await fixture.runner.stop()
  }

  @Test func cleaningIsRepeatedUntilItWorks() async throws {
    let fixture = try Fixture()
    let tries = Atomic<Int>(0)
    fixture.script.on("clean:a") { _ in
      if tries.add(1, ordering: .relaxed).newValue == 1 { throw Failure(description: "busy") }
      return .done
    }
    fixture.runner.start()
    let change = try fixture.store.write { state in
      let change = state.newChange(kind: "test", summary: "")
      _ = state.newTask(MessyStep.self, input: "a", summary: "", in: change)
      return change
    }
    #expect(await fixture.ready(change) == .done)
    #expect(await fixture.wait { $0.task(1)?.atTime != nil })
    #expect(fixture.store.read { $0.change(change)?.isClean } == false)
    fixture.clock.advance(.seconds(10))
    fixture.runner.ensure()
    #expect(await fixture.wait { $0.change(change)?.isClean == true })
    #expect(fixture.script.events == ["do:a", "clean:a", "clean:a"])
    await fixture.runner.stop()
  }

  @Test func stoppingLeavesTasksToBeRunAgain() async throws {
    let fixture = try Fixture()
    fixture.script.on("do:a") { context in
      while !context.isAborted { await Task.yield() }
      throw Failure(description: "killed")
    }
    fixture.runner.start()
    let change = try fixture.chain(["a", "b"])
    #expect(await fixture.wait { $0.task(1)?.status == .doing })
    await fixture.runner.stop()
    #expect(fixture.statuses(change) == [.doing, .do])
    fixture.script.on("do:a") { _ in .done }
    fixture.runner.start()
    #expect(await fixture.ready(change) == .done)
    await fixture.runner.stop()
  }

  @Test func injectedTasksComeBeforeWhatFollows() async throws {
    let fixture = try Fixture()
    fixture.script.on("do:a") { context in
      context.atCompletion { state in
        let more = ["x", "y"].map { state.newTask(Step.self, input: $0, summary: $0, in: nil) }
        state.chain(more)
        state.inject(more, after: context.taskID)
      }
      return .done
    }
    fixture.runner.start()
    let change = try fixture.chain(["a", "b"], inOneLane: true)
    #expect(await fixture.ready(change) == .done)
    #expect(fixture.script.events == ["do:a", "do:x", "do:y", "do:b"])
    #expect(fixture.store.read { $0.tasks(of: change).map(\.lanes) } == [[1], [1], [1], [1]])
    await fixture.runner.stop()
  }

  @Test func whatIsInjectedIntoAChangeThatWasGivenUpNeverStarts() async throws {
    let fixture = try Fixture()
    fixture.script.on("do:a") { context in
      try context.store.write { $0.abort(context.changeID) }
      context.atCompletion { state in
        let more = ["x", "y"].map { state.newTask(Step.self, input: $0, summary: $0, in: nil) }
        state.chain(more)
        state.inject(more, after: context.taskID)
      }
      return .done
    }
    fixture.runner.start()
    let change = try fixture.chain(["a", "b"], inOneLane: true)
    #expect(await fixture.ready(change) != nil)
    #expect(fixture.script.events == ["do:a", "undo:a"])
    #expect(fixture.statuses(change) == [.undone, .hold, .hold, .hold])
    await fixture.runner.stop()
  }

  @Test func aCompletionThatThrowsFailsTheTask() async throws {
    let fixture = try Fixture()
    fixture.script.on("do:a") { context in
      context.atCompletion { state in
        state[RecordKind<String>("things"), "a"] = "half"
        throw Failure(description: "cannot link")
      }
      return .done
    }
    fixture.script.on("do:b") { context in
      context.atCompletion { $0[RecordKind<Double>("numbers"), "b"] = .nan }
      return .done
    }
    fixture.runner.start()
    let (change, _) = try Graph("a b@1").build(fixture.store, [])
    #expect(await fixture.ready(change) == .error)
    #expect(fixture.statuses(change) == [.error, .error])
    #expect(fixture.store.read { $0.keys(RecordKind<String>("things")) } == [])
    await fixture.runner.stop()
  }
}

private func pause() {
  for _ in 0..<1000 { _ = Atomic<Int>(0).load(ordering: .relaxed) }
}
