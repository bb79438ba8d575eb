// What a change is, given its tasks, and how tasks move.

extension State {
  /// The status of a change: what was set explicitly, or derived from its tasks (`spec/engine.md` §2). A change
  /// without tasks is on hold.
  public func status(of id: ChangeID) -> Status { change(id).map { status(of: $0) } ?? .default }

  func status(of change: Change) -> Status {
    if change.explicitStatus != .default { return change.explicitStatus }
    if change.tasks.isEmpty { return .hold }
    if change.count(.wait) > 0, isWaiting(change) { return .wait }
    for status in Self.precedence where change.count(status) > 0 { return status }
    return .hold
  }

  /// The first of these that a task has is the status of the change.
  private static let precedence: [Status] = [
    .abort, .undoing, .undo, .doing, .do, .wait, .error, .undone, .done, .hold,
  ]

  /// All that could still happen in the change is behind a waiting task.
  private func isWaiting(_ change: Change) -> Bool {
    guard change.count(.abort) + change.count(.undoing) + change.count(.doing) == 0 else { return false }
    if change.count(.do) + change.count(.undo) == 0 { return true }
    var blocked: [TaskID: Bool] = [:]
    let tasks = tasks(of: change.id)
    return tasks.allSatisfy { task in
      switch task.status {
      case .do, .undo: isBlockedByWaiting(task, &blocked)
      default: true
      }
    }
  }

  /// A task is blocked by waiting when one in its way waits or is itself so blocked, and none in its way would
  /// still move on by itself.
  private func isBlockedByWaiting(_ task: TaskRecord, _ known: inout [TaskID: Bool]) -> Bool {
    var stack = [task.id]
    var isOnStack: Set<TaskID> = [task.id]
    // Depth first without recursion: a chain may be ten thousand long.
    while let id = stack.last {
      guard known[id] == nil, let task = self.task(id) else {
        stack.removeLast()
        continue
      }
      let inTheWay = task.status == .undo ? task.haltTasks : task.status == .do ? task.waitTasks : []
      let open = inTheWay.compactMap { self.task($0) }.filter { $0.status == .do || $0.status == .undo }
      let unknown = open.filter { known[$0.id] == nil && !isOnStack.contains($0.id) }
      if !unknown.isEmpty {
        stack.append(contentsOf: unknown.map(\.id))
        isOnStack.formUnion(unknown.map(\.id))
        continue
      }
      let waits = inTheWay.contains { self.task($0)?.status == .wait }
      known[id] = open.allSatisfy { known[$0.id] ?? false } && (waits || !open.isEmpty)
      stack.removeLast()
    }
    return known[task.id] ?? false
  }

  /// Nothing will happen to the change any more.
  public func isReady(_ id: ChangeID) -> Bool { status(of: id).isReady }

  /// What went wrong, in the words clients know (`spec/features.md`, "Change / task JSON"); nil unless the change
  /// is in error.
  public func errorText(of id: ChangeID) -> String? {
    guard status(of: id) == .error else { return nil }
    var lines: [String] = []
    for task in tasks(of: id) where task.status == .error {
      lines += task.log.filter { $0.level == .error }.map { "- \(task.summary) (\($0.message))" }
    }
    if lines.isEmpty { return "internal inconsistency: change \"\(id)\" in ErrorStatus with no task errors logged" }
    return (["cannot perform the following tasks:"] + lines).joined(separator: "\n")
  }

  /// Gives a change a status of its own; `default` derives it from the tasks again.
  public mutating func setStatus(_ status: Status, ofChange id: ChangeID) {
    modify(id) { $0.explicitStatus = status }
  }

  /// Moves a task. The runner does this; others need it only to mark work that something else did.
  public mutating func setStatus(_ status: Status, of id: TaskID) {
    let status = status == .default ? .do : status
    guard let task = task(id), task.status != status else { return }
    let time = now
    modify(id) {
      $0.status = status
      if status != .wait { $0.waitedStatus = .default }
      if status.isReady && !task.status.isReady { $0.readyTime = time }
    }
    if let change = task.change {
      modify(change) {
        $0.counts[task.status.rawValue] -= 1
        $0.counts[status.rawValue] += 1
      }
    }
    raiseAttention(id)
    // Those that may start, or be undone, now that this one moved.
    if status == .done { for halted in task.haltTasks { raiseAttention(halted) } }
    if status.isReady { for awaited in task.waitTasks { raiseAttention(awaited) } }
  }

  /// Has a task wait for something outside before it counts as `done` (or `undone`).
  public mutating func setToWait(_ id: TaskID, resumingAs status: Status = .done) {
    setStatus(.wait, of: id)
    modify(id) { $0.waitedStatus = status == .undone ? .undone : .done }
  }

  /// Ends the waiting of a task: it becomes what it waited to be.
  public mutating func resume(_ id: TaskID) {
    guard let task = task(id), task.status == .wait else { return }
    setStatus(task.waitedStatus, of: id)
  }

  /// The tasks that wait for something outside, by id.
  public var waitingTasks: [TaskRecord] {
    active.sorted().flatMap { tasks(of: $0) }.filter { $0.status == .wait }
  }

  /// Ends a write: changes that became ready get their time, and what clients are told of is noted.
  /// - Throws: what made the write invalid.
  mutating func settle() throws(StateError) {
    if let error = faults.error { throw error }
    if !journal.linked.isEmpty { try refuseCycles() }
    markReady()
    for id in touchedChanges {
      guard let change = change(id) else { continue }
      let status = status(of: change)
      if status != change.recordedStatus, !Self.isFlapping(from: change.recordedStatus, to: status) {
        modify(id) { $0.recordedStatus = status }
        try addNotice(.changeUpdate, key: id.description, data: ["kind": change.kind])
      }
    }
  }

  /// Gives changes that became ready in this write their time, once. That is a durable commit.
  mutating func markReady() {
    for id in touchedChanges {
      guard let change = change(id), change.readyTime == nil, change.isComplete else { continue }
      let time = now
      modify(id) { $0.readyTime = time }
      journal.isDurable = true
      // Its tasks are cleaned up now.
      for task in change.tasks { raiseAttention(task) }
    }
  }

  /// The changes this write had to do with; a task that moves touches its change too.
  private var touchedChanges: [ChangeID] { journal.changes.keys.sorted() }

  /// A task that ends before the next begins makes the change look untouched for a moment; nobody is told.
  private static func isFlapping(from old: Status, to new: Status) -> Bool {
    (old == .doing && new == .do) || (old == .undoing && new == .undo)
  }

  /// Takes away, again and again, tasks that wait for nothing left: what remains waits in a circle.
  private func refuseCycles() throws(StateError) {
    var seen = journal.linked
    var list = Array(seen)
    var next = 0
    // All that the new links can be in a circle with is reachable from them.
    while next < list.count {
      for id in task(list[next])?.waitTasks ?? [] where seen.insert(id).inserted { list.append(id) }
      next += 1
    }
    var missing: [TaskID: Int] = [:]
    for id in list { missing[id] = (task(id)?.waitTasks ?? []).count { taskTable[$0] != nil } }
    var free = list.filter { missing[$0] == 0 }
    while let id = free.popLast() {
      seen.remove(id)
      for halted in task(id)?.haltTasks ?? [] {
        guard let count = missing[halted] else { continue }
        missing[halted] = count - 1
        if count == 1 { free.append(halted) }
      }
    }
    if !seen.isEmpty {
      throw .dependencyCycle(seen.sorted().map { "\($0):\(task($0)?.kind.rawValue ?? "?")" })
    }
  }
}
