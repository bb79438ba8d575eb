internal import Synchronization
internal import Threads
internal import Time

/// Runs the tasks of all changes, as far at once as their order allows (`spec/engine.md` §2).
///
/// A task costs one commit: its result and the start of what follows it are written together.
public final class TaskRunner: Sendable {
  /// Tells whether a task must not start now, given the tasks that are running; it is asked again whenever one ends.
  /// It runs inside a write: it decides by what it is given, and calls neither the store nor the runner.
  public typealias BlockedPredicate = @Sendable (TaskRecord, _ running: [TaskRecord], State) -> Bool

  let store: StateStore
  let boundary: (@Sendable (Boundary) -> Void)?
  let threads = ThreadPool(most: 256)
  let inner = Mutex(Inner())

  struct Inner {
    var handlers: [TaskKind: AnyHandler] = [:]
    var blocked: [BlockedPredicate] = []
    var running: [TaskID: Running] = [:]
    var isStarted = false
    var isStopping = false
    var isPumpQueued = false
    /// When the timer that is set goes off, and the timer.
    var wake: (time: Timestamp, timer: Task<Void, Never>)?
    /// Called with what goes wrong in the runner itself.
    var failure: (@Sendable (any Error) -> Void)?
  }

  /// A task a handler is busy with.
  struct Running {
    let context: TaskContext
    let work: Work
    var handle: Task<Void, Never>?
  }

  /// What is being done for a task.
  enum Work: Sendable { case `do`, undo, cleanUp }

  /// - Parameter boundary: told of every place where a test may want to stop the world, on the thread that is there.
  public init(store: StateStore, boundary: (@Sendable (Boundary) -> Void)? = nil) {
    self.store = store
    self.boundary = boundary
  }

  /// Makes a kind known; the last of a kind counts. Do this before `start`.
  public func register<H: TaskHandler>(_ handler: H) {
    let handler = AnyHandler(handler)
    inner.withLock { $0.handlers[H.kind] = handler }
  }

  /// The kinds that are known.
  public var knownKinds: Set<TaskKind> { inner.withLock { Set($0.handlers.keys) } }

  /// Keeps tasks from starting beside others.
  public func addBlockedPredicate(_ predicate: @escaping BlockedPredicate) {
    inner.withLock { $0.blocked.append(predicate) }
  }

  /// Has failures of the runner itself (a commit that can't be made, a cleanup that is to be repeated) reported.
  public func onFailure(_ report: @escaping @Sendable (any Error) -> Void) {
    inner.withLock { $0.failure = report }
  }

  /// Begins to run tasks: first those a crash has interrupted, again from their start.
  public func start() {
    inner.withLock {
      $0.isStarted = true
      $0.isStopping = false
    }
    store.setRunner { [weak self] in self?.ensure() }
    ensureAll()
  }

  /// Asks the handlers that run to stop, and waits until they have. What they did not finish is run again after the
  /// next start; errors they throw now don't count.
  public func stop() async {
    store.setRunner(nil)
    let handles = inner.withLock { inner -> [Task<Void, Never>] in
      inner.isStopping = true
      inner.wake?.timer.cancel()
      inner.wake = nil
      for running in inner.running.values {
        running.context.stop()
        running.handle?.cancel()
      }
      return inner.running.values.compactMap(\.handle)
    }
    for handle in handles { await handle.value }
  }

  /// Looks soon at the tasks that may have something to do. Commits call this by themselves.
  public func ensure() {
    let isNeeded = inner.withLock { inner in
      guard inner.isStarted, !inner.isStopping, !inner.isPumpQueued else { return false }
      inner.isPumpQueued = true
      return true
    }
    if isNeeded { Task(executorPreference: threads) { self.pump() } }
  }

  /// Looks at every task that is not finished, also at those nothing happened to: what the periodic ensure does.
  public func ensureAll() {
    do {
      try store.writeQuietly { state in
        for change in state.active {
          for task in state.change(change)?.tasks ?? [] { state.raiseAttention(task) }
        }
      }
    } catch {
      report(error)
    }
    ensure()
  }

  /// Waits until nothing will happen to the change any more.
  /// - Returns: its status then; nil when it doesn't exist or the calling task is cancelled.
  @discardableResult
  public func awaitChange(_ change: ChangeID) async -> Status? { await store.waitUntilReady(change) }

  /// The tasks handlers are busy with, by id.
  public var runningTasks: [TaskID] { inner.withLock { $0.running.keys.sorted() } }

  func report(_ error: any Error) { inner.withLock { $0.failure }?(error) }

  func report(_ phase: Boundary.Phase, _ context: TaskContext) {
    boundary?(Boundary(change: context.changeID, task: context.taskID, kind: context.kind, phase: phase))
  }
}

/// A handler whose type of input is known to it alone.
struct AnyHandler: Sendable {
  let canUndo: Bool
  let run: @Sendable (_ isUndo: Bool, TaskRecord, TaskContext) async throws -> TaskOutcome
  let cleanUp: (@Sendable (TaskRecord, TaskContext) async throws -> Void)?

  init<H: TaskHandler>(_ handler: H) {
    canUndo = !(handler is any IrreversibleTask)
    run = { isUndo, task, context in
      let input = try task.input(as: H.Input.self)
      return isUndo ? try await handler.undo(input, in: context) : try await handler.do(input, in: context)
    }
    cleanUp = (handler as? any CleaningTask).map { Self.cleaner($0) }
  }

  private static func cleaner<C: CleaningTask>(_ handler: C) -> @Sendable (TaskRecord, TaskContext) async throws -> Void
  {
    { task, context in try await handler.cleanUp(try task.input(as: C.Input.self), in: context) }
  }

  /// For kinds nobody registered.
  static let unknown = AnyHandler()
  private init() {
    canUndo = false
    run = { _, _, _ in .done }
    cleanUp = nil
  }
}
