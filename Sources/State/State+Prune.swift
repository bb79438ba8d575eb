public import Time
/// How long things are kept (`spec/engine.md` §1).
public struct PruneLimits: Sendable {
  /// Ready changes, and tasks and changes that never came to anything, are kept so long.
  public var pruneWait: Duration
  /// A change that isn't ready after so long is given up.
  public var abortWait: Duration
  /// More ready changes than this are not kept; the oldest go.
  public var maxReadyChanges: Int
  /// Time before this doesn't count as waiting: the daemon wasn't running then.
  public var startOfOperation: Timestamp

  public init(
    pruneWait: Duration = .seconds(24 * 3600), abortWait: Duration = .seconds(3 * 24 * 3600),
    maxReadyChanges: Int = 500, startOfOperation: Timestamp = Timestamp(seconds: 0)
  ) {
    self.pruneWait = pruneWait
    self.abortWait = abortWait
    self.maxReadyChanges = maxReadyChanges
    self.startOfOperation = startOfOperation
  }
}

extension State {
  /// Forgets what is old: ready changes, expired warnings and notices; gives up what hangs.
  /// - Parameter isPending: true for a change that rightly waits for something, such as a restart by hand.
  public mutating func prune(
    _ limits: PruneLimits = PruneLimits(), isPending: (State, Change) -> Bool = { _, _ in false }
  ) {
    let time = now
    let pruneBefore = time - limits.pruneWait
    let abortBefore = time - limits.abortWait
    // Ready changes from the oldest on; the order of the others doesn't matter.
    let ready = changes.filter { $0.readyTime != nil }.sorted { ($0.readyTime ?? time) < ($1.readyTime ?? time) }
    var count = ready.count
    for change in ready where (change.readyTime ?? time) < pruneBefore || count > limits.maxReadyChanges {
      forget(change)
      count -= 1
    }
    for change in active.sorted().compactMap({ self.change($0) }) where change.readyTime == nil {
      let spawnTime = max(change.spawnTime, limits.startOfOperation)
      if change.tasks.isEmpty {
        if spawnTime < pruneBefore { forget(change) }
      } else if spawnTime < abortBefore, !isPending(self, change) {
        abortUnreadyLanes(change.id)
      }
    }
    for task in taskTable.values.map(\.value) where task.change == nil && task.spawnTime < pruneBefore {
      forget(task)
    }
    for warning in warningTable.values where warning.expires < time { putWarning(warning.message, nil) }
    for notice in noticeTable.values where notice.expires < time { putNotice(notice.id, nil) }
  }

  private mutating func forget(_ change: Change) {
    for id in change.tasks { if let task = task(id) { forget(task) } }
    putChange(change.id, nil)
  }

  private mutating func forget(_ task: TaskRecord) {
    // Links into other changes are rare, but a task must not wait for one that no longer exists.
    for id in task.haltTasks { modify(id) { $0.waitTasks.removeAll { $0 == task.id } } }
    for id in task.waitTasks { modify(id) { $0.haltTasks.removeAll { $0 == task.id } } }
    putTask(task.id, nil)
    attention.remove(task.id)
  }
}
