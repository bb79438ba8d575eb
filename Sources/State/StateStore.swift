internal import Synchronization

/// The whole persistent state behind one lock.
///
/// The closures are synchronous, so no `await` can slip between a check and the act that depends on it; leaving a
/// write commits once, or changes nothing. Don't call the store from inside a `write`.
public final class StateStore: Sendable {
  /// The database file.
  public let path: String
  /// Where the time comes from.
  public let clock: StateClock

  private struct Core {
    var state: State
    let disk: Disk
    /// Each is asked after a commit, and gone once it says true.
    var waiters: [Int: @Sendable (State) -> Bool] = [:]
    var lastWaiter = 0
    var runner: (@Sendable () -> Void)?
  }
  private let core: Mutex<Core>

  /// Opens the database, creating it (mode 0600) when it is missing.
  /// - Throws: `StateError`: `damaged` (the file was copied aside), `newerSchema`, `inUse`, `database`.
  public init(path: String, clock: StateClock = .system) throws(StateError) {
    self.path = path
    self.clock = clock
    let disk = try Disk(path: path)
    let state = try disk.load(clock: clock)
    core = Mutex(Core(state: state, disk: disk))
  }

  /// Reads the state as it is at this moment. Runs outside the lock, on a copy that costs nothing.
  public func read<T>(_ body: (State) throws -> T) rethrows -> T {
    try body(core.withLock { $0.state })
  }

  /// Changes the state and commits what changed in one transaction; when the closure or the commit throws, nothing
  /// has changed.
  ///
  /// - Parameter durable: the commit is on the medium before this returns. The creation of a change and its
  ///   becoming ready always are; what lies between is repeated after a loss of power.
  public func write<T>(durable: Bool = false, _ body: (inout State) throws -> T) throws -> T {
    let (result, runner) = try commit(durable: durable, body)
    runner?()
    return result
  }

  /// A write by the runner itself, which needs not be told.
  func writeQuietly<T>(_ body: (inout State) throws -> T) throws -> T {
    try commit(durable: false, body).0
  }

  private func commit<T>(
    durable: Bool, _ body: (inout State) throws -> T
  ) throws -> (T, runner: (@Sendable () -> Void)?) {
    var result: T?
    var runner: (@Sendable () -> Void)?
    try core.withLock { core in
      core.state.begin()
      do {
        result = try body(&core.state)
        try core.state.settle()
        if durable { core.state.journal.isDurable = true }
        try core.disk.commit(core.state)
      } catch {
        core.state.rollBack()
        throw error
      }
      core.state.journal = State.Journal()
      if core.state.needsRunner {
        runner = core.runner
        core.state.needsRunner = core.runner == nil
      }
      for (id, waiter) in core.waiters where waiter(core.state) { core.waiters[id] = nil }
    }
    guard let result else { throw CancellationError() }  // unreachable: the closure set it or threw
    return (result, runner)
  }

  /// Sets what clients see of a task's progress, without a commit: it goes to disk with the task's next change.
  func setProgress(_ progress: TaskProgress, of task: TaskID) {
    core.withLock { core in
      core.state.setProgress(progress, of: task)
      core.state.journal = State.Journal()
      for (id, waiter) in core.waiters where waiter(core.state) { core.waiters[id] = nil }
    }
  }

  /// Whom to tell that tasks need attention.
  func setRunner(_ runner: (@Sendable () -> Void)?) { core.withLock { $0.runner = runner } }

  /// Decodes all records of a kind, so that one that doesn't is found at start and not taken for missing.
  /// - Throws: `StateError.undecodable`.
  public func verify<V>(_ kind: RecordKind<V>) throws(StateError) {
    let state = core.withLock { $0.state }
    try state.verify(kind)
  }

  // MARK: - Waiting

  /// Waits until `condition` gives a value, looking now and after each commit; nothing polls.
  ///
  /// - Parameters:
  ///   - timeout: by the store's clock; nil waits for ever.
  ///   - condition: runs under the lock, so it has to be quick.
  /// - Returns: nil after the timeout, or when the calling task is cancelled.
  public func wait<T: Sendable>(
    timeout: Duration? = nil, until condition: @escaping @Sendable (State) -> T?
  ) async -> T? {
    let answer = Answer<T>()
    let check: @Sendable (State) -> Bool = { state in
      guard let value = condition(state) else { return false }
      answer.give(value)
      return true
    }
    let id = core.withLock { core -> Int? in
      if check(core.state) { return nil }
      core.lastWaiter += 1
      core.waiters[core.lastWaiter] = check
      return core.lastWaiter
    }
    let timer = timeout.map { timeout in
      Task { [clock] in
        try? await clock.sleep(timeout)
        answer.give(nil)
      }
    }
    defer {
      timer?.cancel()
      if let id { core.withLock { _ = $0.waiters.removeValue(forKey: id) } }
    }
    return await withTaskCancellationHandler {
      await answer.value
    } onCancel: {
      answer.give(nil)
    }
  }

  /// Waits until nothing will happen to the change any more.
  /// - Returns: its status then; nil when it doesn't exist (any more), after the timeout, or when cancelled.
  public func waitUntilReady(_ change: ChangeID, timeout: Duration? = nil) async -> Status? {
    let status = await wait(timeout: timeout) { state -> Status?? in
      guard state.change(change) != nil else { return .some(nil) }
      let status = state.status(of: change)
      return status.isReady ? .some(status) : nil
    }
    return status ?? nil
  }

  /// Waits until there are notices that match: the long poll of the API.
  /// - Returns: none after the timeout, or when cancelled.
  public func waitForNotices(_ filter: NoticeFilter, timeout: Duration) async -> [Notice] {
    let found = await wait(timeout: timeout) { state -> [Notice]? in
      let notices = state.notices(filter)
      return notices.isEmpty ? nil : notices
    }
    return found ?? []
  }
}

/// A value that is given once, by whoever comes first, and awaited by one.
final class Answer<Value: Sendable>: Sendable {
  private enum Content {
    case open
    case awaited(CheckedContinuation<Value?, Never>)
    case given(Value?)
  }
  private let content = Mutex(Content.open)

  func give(_ value: Value?) {
    let continuation = content.withLock { content -> CheckedContinuation<Value?, Never>? in
      switch content {
      case .given: return nil
      case .open:
        content = .given(value)
        return nil
      case .awaited(let continuation):
        content = .given(value)
        return continuation
      }
    }
    continuation?.resume(returning: value)
  }

  var value: Value? {
    get async {
      await withCheckedContinuation { continuation in
        let given = content.withLock { content -> Value?? in
          if case .given(let value) = content { return .some(value) }
          content = .awaited(continuation)
          return nil
        }
        if let given { continuation.resume(returning: given) }
      }
    }
  }
}
