internal import Synchronization
internal import Time

// One look at the tasks: take in a result, then start what may start, in one commit.

extension TaskRunner {
  /// How the work on a task ended.
  struct Ending: Sendable {
    let task: TaskID
    let work: Work
    let context: TaskContext
    var result: Result<TaskOutcome, any Error>
    let time: Duration
  }

  /// A task that was marked and is to be worked on.
  struct Start: Sendable {
    let task: TaskRecord
    let work: Work
    let context: TaskContext
    let handler: AnyHandler
  }

  /// A look on its own, not at the end of a task.
  func pump() {
    inner.withLock { $0.isPumpQueued = false }
    do {
      _ = try step(nil)
    } catch {
      report(error)
      // The disk may be full for a while.
      let clock = store.clock
      Task(executorPreference: threads) {
        try? await clock.sleep(.seconds(3))
        self.ensure()
      }
    }
  }

  /// Works on a task, and then on what follows it, as long as something does: going on here saves a switch of
  /// threads.
  private func perform(_ first: Start) async {
    var next: Start? = first
    while let start = next {
      let context = start.context
      let began = ContinuousClock.now
      let result: Result<TaskOutcome, any Error>
      report(start.work.before, context)
      do {
        switch start.work {
        case .do: result = .success(try await start.handler.run(false, start.task, context))
        case .undo: result = .success(try await start.handler.run(true, start.task, context))
        case .cleanUp:
          try await start.handler.cleanUp?(start.task, context)
          result = .success(.done)
        }
      } catch {
        if start.work == .cleanUp { report(error) }
        result = .failure(error)
      }
      report(start.work.after, context)
      let ending = Ending(
        task: start.task.id, work: start.work, context: context, result: result, time: ContinuousClock.now - began)
      let following = await finish(ending)
      if boundary != nil {
        let status = store.read { $0.task(start.task.id)?.status } ?? .default
        report(.committed(status), context)
      }
      next = following
    }
  }

  /// Commits how a task ended. A commit that can't be made is tried again until it can or the runner stops; then the
  /// task is run again after the next start.
  private func finish(_ ending: Ending) async -> Start? {
    var ending = ending
    while true {
      do { return try step(ending) } catch let failure as CompletionFailure {
        ending.result = .failure(failure.error)
      } catch {
        if case .success = ending.result, let error = error as? StateError, error.isInvalidWrite {
          // What the handler wanted to be done at completion can't be committed, however often it is tried.
          ending.result = .failure(error)
          continue
        }
        report(error)
        let isStopping = inner.withLock { inner in
          if inner.isStopping { inner.running[ending.task] = nil }
          return inner.isStopping
        }
        if isStopping { return nil }
        // In a task of its own, since this one may be cancelled and then wouldn't sleep.
        let clock = store.clock
        await Task(executorPreference: threads) { try? await clock.sleep(.seconds(3)) }.value
      }
    }
  }

  /// What a handler wanted to be done at completion threw.
  private struct CompletionFailure: Error { let error: any Error }

  /// One look and one commit. What it started is running when it returns, but for one task that whoever brought the
  /// ending is to go on with.
  private func step(_ ending: Ending?) throws -> Start? {
    try inner.withLock { inner in
      let running = inner.running
      do {
        if let ending { inner.running[ending.task] = nil }
        let (starts, wake) = try store.writeQuietly { state in
          if let ending { try apply(ending, inner, &state) }
          if inner.isStopping || !inner.isStarted { return ([Start](), Timestamp?.none) }
          return look(&inner, &state)
        }
        setTimer(wake, &inner)
        var elsewhere = starts
        var here: Start?
        // Not in a task that is cancelled: the next handler would take that for its own.
        if let ending, let handle = running[ending.task]?.handle, !Task.isCancelled, let start = elsewhere.popLast() {
          here = start
          inner.running[start.task.id]?.handle = handle
        }
        // Under the lock, so that whoever stops the runner finds each that was started.
        for start in elsewhere {
          inner.running[start.task.id]?.handle = Task(executorPreference: threads) { await self.perform(start) }
        }
        return here
      } catch {
        inner.running = running
        throw error
      }
    }
  }

  /// What the end of the work makes of the task.
  private func apply(_ ending: Ending, _ inner: borrowing Inner, _ state: inout State) throws {
    guard let task = state.task(ending.task) else { return }
    state.raiseAttention(task.id)
    if ending.work == .cleanUp {
      switch ending.result {
      case .success: state.modify(task.id) { $0.isClean = true }
      case .failure:
        // Again, but not at once.
        if !inner.isStopping { state.setAtTime(state.now + .seconds(5), of: task.id) }
      }
      return
    }
    state.modify(task.id) {
      $0.atTime = nil
      if ending.work == .undo { $0.undoingTime += ending.time } else { $0.doingTime += ending.time }
    }
    let isAborted = task.status == .abort
    switch ending.result {
    case .success(.done):
      // While an earlier write was taken back these were not, so they run on what is there now.
      for completion in ending.context.pendingCompletions {
        do { try completion(&state) } catch { throw CompletionFailure(error: error) }
      }
      if let fault = state.faults.error { throw CompletionFailure(error: fault) }
      state.setStatus(task.status == .undoing ? .undone : isAborted ? .undo : .done, of: task.id)
    case .success(.retry(let after, _)):
      if isAborted {
        tryUndo(task, inner, &state)
      } else if after > .zero {
        state.setAtTime(state.now + after, of: task.id)
      }
    case .success(.wait(let reason)):
      if isAborted {
        tryUndo(task, inner, &state)
      } else {
        if !reason.isEmpty { state.log(reason, of: task.id) }
        state.setToWait(task.id, resumingAs: task.status == .undoing ? .undone : .done)
      }
    case .failure(let error):
      if inner.isStopping || (error is CancellationError && isAborted) {
        if isAborted { tryUndo(task, inner, &state) }
        return
      }
      // The lanes first, while the task still counts as being done in them.
      if let change = task.change { state.abortLanes(task.effectiveLanes, of: change) }
      state.setStatus(.error, of: task.id)
      state.log("\(error)", .error, of: task.id)
    }
  }

  /// A task that was given up before it was done: it is undone, or held if there is no way to undo it.
  private func tryUndo(_ task: TaskRecord, _ inner: borrowing Inner, _ state: inout State) {
    let handler = inner.handlers[task.kind] ?? .unknown
    state.setStatus(handler.canUndo ? .undo : .hold, of: task.id)
  }

  /// Looks at the tasks that need attention, marks those that may start, and says when to look again.
  private func look(_ inner: inout Inner, _ state: inout State) -> ([Start], wake: Timestamp?) {
    var starts: [Start] = []
    var wake: Timestamp?
    var postponed: Set<TaskID> = []
    var busy = inner.running.keys.compactMap { state.task($0) }
    // What is done about one task may make others need attention, and changes ready.
    while true {
      let round = state.attention.subtracting(postponed).sorted()
      if round.isEmpty {
        state.markReady()
        if state.attention.isSubset(of: postponed) { break }
        continue
      }
      var finished: Set<ChangeID> = []
      for id in round {
        state.attention.remove(id)
        guard let task = state.task(id), let changeID = task.change else { continue }
        if let running = inner.running[id] {
          if task.status == .abort { cancel(running) }
          continue
        }
        let handler = inner.handlers[task.kind] ?? .unknown
        guard let work = work(for: task, handler, inner, &state) else {
          if task.status.isReady { finished.insert(changeID) }
          continue
        }
        if let time = task.atTime, time > state.now {
          wake = min(wake ?? time, time)
          postponed.insert(id)
          continue
        }
        if work != .cleanUp, inner.blocked.contains(where: { $0(task, busy, state) }) {
          postponed.insert(id)
          continue
        }
        if work == .do { state.setStatus(.doing, of: id) }
        if work == .undo { state.setStatus(.undoing, of: id) }
        guard let marked = state.task(id) else { continue }
        let context = TaskContext(
          store: store, task: marked, change: changeID, isUndoing: work == .undo, boundary: boundary)
        inner.running[id] = Running(context: context, work: work)
        busy.append(marked)
        starts.append(Start(task: marked, work: work, context: context, handler: handler))
      }
      for id in finished.sorted() { markClean(id, inner, &state) }
    }
    state.attention = postponed
    state.needsRunner = false
    return (starts, wake)
  }

  /// What is to be done for a task that nobody works on; nil for nothing, after moves that need no work.
  private func work(
    for task: TaskRecord, _ handler: AnyHandler, _ inner: borrowing Inner, _ state: inout State
  ) -> Work? {
    switch task.status {
    case .default, .wait: return nil
    case .do: return task.waitTasks.allSatisfy { state.task($0)?.status ?? .done == .done } ? .do : nil
    case .doing: return .do
    case .abort:
      tryUndo(task, inner, &state)
      return nil
    case .undo:
      guard task.haltTasks.allSatisfy({ state.task($0)?.status.isReady ?? true }) else { return nil }
      if handler.canUndo { return .undo }
      state.setStatus(.done, of: task.id)
      return nil
    case .undoing: return .undo
    case .done, .undone, .hold, .error: return cleaning(of: task, handler, &state)
    }
  }

  private func cleaning(of task: TaskRecord, _ handler: AnyHandler, _ state: inout State) -> Work? {
    guard !task.isClean, handler.cleanUp != nil, let id = task.change, let change = state.change(id),
      change.readyTime != nil, change.isComplete
    else { return nil }
    return .cleanUp
  }

  /// A change is clean when it is ready and no task is left that wants to clean up.
  private func markClean(_ id: ChangeID, _ inner: borrowing Inner, _ state: inout State) {
    guard let change = state.change(id), change.isComplete, change.readyTime != nil, !change.isClean else { return }
    let isClean = state.tasks(of: id).allSatisfy { $0.isClean || inner.handlers[$0.kind]?.cleanUp == nil }
    if isClean { state.modify(id) { $0.isClean = true } }
  }

  private func cancel(_ running: Running) {
    running.context.abort()
    running.handle?.cancel()
  }

  private func setTimer(_ time: Timestamp?, _ inner: inout Inner) {
    guard let time else { return }
    if let set = inner.wake, set.time <= time, set.time > store.clock.now() { return }
    inner.wake?.timer.cancel()
    let clock = store.clock
    let timer = Task(executorPreference: threads) { [weak self] in
      let delay = time - clock.now()
      if delay > .zero { try? await clock.sleep(delay) }
      if Task.isCancelled { return }
      self?.ensure()
    }
    inner.wake = (time, timer)
  }
}

extension TaskRunner.Work {
  var before: Boundary.Phase {
    switch self {
    case .do: .beforeDo
    case .undo: .beforeUndo
    case .cleanUp: .beforeCleanUp
    }
  }
  var after: Boundary.Phase {
    switch self {
    case .do: .afterDo
    case .undo: .afterUndo
    case .cleanUp: .afterCleanUp
    }
  }
}
