internal import Synchronization

/// What a handler has at hand while it runs one task.
public final class TaskContext: Sendable {
  /// The state; the handler may read and write it like anyone else.
  public let store: StateStore
  /// The task that runs.
  public let taskID: TaskID
  /// The change it is part of.
  public let changeID: ChangeID
  /// The kind of the task.
  public let kind: TaskKind
  /// The handler's `undo` is running, not its `do`.
  public let isUndoing: Bool
  private let boundary: (@Sendable (Boundary) -> Void)?
  private let aborted = Atomic<Bool>(false)
  private let stopping = Atomic<Bool>(false)
  private let completions = Mutex<[@Sendable (inout State) throws -> Void]>([])

  init(
    store: StateStore, task: TaskRecord, change: ChangeID, isUndoing: Bool,
    boundary: (@Sendable (Boundary) -> Void)?
  ) {
    self.store = store
    taskID = task.id
    changeID = change
    kind = task.kind
    self.isUndoing = isUndoing
    self.boundary = boundary
  }

  /// The change was given up (the task will be undone when it returns), or the daemon is stopping (it will be run
  /// again): return as soon as that is safe. The surrounding `Task` is cancelled too.
  public var isAborted: Bool { aborted.load(ordering: .relaxed) || stopping.load(ordering: .relaxed) }

  /// The task as it is now.
  public var task: TaskRecord? { store.read { $0.task(taskID) } }

  /// Adds a line to the task's log.
  public func log(_ message: String) {
    // A line that can't be written is not worth failing the task for.
    _ = try? store.write { $0.log(message, of: taskID) }
  }

  /// Tells clients how far the task is; costs no commit.
  public func progress(label: String, done: Int, total: Int) {
    store.setProgress(TaskProgress(label: label, done: done, total: total), of: taskID)
  }

  /// Remembers a value with the task, committed before this returns: what `undo` will need, or a repeated `do`.
  public func remember<V: Codable & Sendable>(_ value: V, as key: String) throws {
    try store.write { $0.setTaskData(value, key, of: taskID) }
  }

  /// A value remembered with the task; nil when there is none or it isn't a `V`.
  public func recall<V: Decodable>(_ type: V.Type, _ key: String) -> V? {
    store.read { $0.taskData(type, key, of: taskID) }
  }

  /// Has `mutation` applied in the same commit that marks the task done (or undone), so that neither is ever there
  /// without the other. When it throws, the task has failed. Not applied when the task fails, waits or is retried.
  /// It runs inside a write: it does all through the state it is given, and calls neither the store nor this context.
  public func atCompletion(_ mutation: @escaping @Sendable (inout State) throws -> Void) {
    completions.withLock { $0.append(mutation) }
  }

  /// A place where a test may stop the world; free otherwise.
  public func checkpoint(_ name: StaticString) {
    guard let boundary else { return }
    boundary(Boundary(change: changeID, task: taskID, kind: kind, phase: .checkpoint(name.description)))
  }

  func abort() { aborted.store(true, ordering: .relaxed) }
  func stop() { stopping.store(true, ordering: .relaxed) }
  var pendingCompletions: [@Sendable (inout State) throws -> Void] { completions.withLock { $0 } }
}
