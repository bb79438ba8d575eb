public import Time
// Making changes and tasks, and reading them.

extension State {
  /// Starts a change; it has nothing to do until it has tasks. Its creation is a durable commit.
  public mutating func newChange(kind: String, summary: String) -> ChangeID {
    counters.change += 1
    let id = ChangeID(rawValue: counters.change)
    putChange(id, Change(id: id, kind: kind, summary: summary, spawnTime: now))
    journal.isDurable = true
    return id
  }

  /// Adds a task of a handler's kind with the handler's own type of input.
  /// - Parameter change: nil for a task that is linked later with `addTask`; the runner ignores it until then.
  ///
  /// An input that can't be written as JSON makes the surrounding write throw.
  public mutating func newTask<H: TaskHandler>(
    _ handler: H.Type, input: H.Input, summary: String, in change: ChangeID?
  ) -> TaskID {
    var text = "null"
    do { text = try JSON.encode(input, as: "the input of a \(H.kind) task") } catch { faults.add(error) }
    return newTask(kind: H.kind, inputJSON: text, summary: summary, in: change)
  }

  /// Adds a task of a kind known by name only, its input as JSON text.
  public mutating func newTask(
    kind: TaskKind, inputJSON: String, summary: String, in change: ChangeID?
  ) -> TaskID {
    counters.task += 1
    let id = TaskID(rawValue: counters.task)
    putTask(id, TaskRecord(id: id, kind: kind, summary: summary, input: inputJSON, spawnTime: now))
    if let change { addTask(id, to: change) }
    return id
  }

  /// Links a task to its change; a task is in at most one, the first it is added to.
  public mutating func addTask(_ id: TaskID, to change: ChangeID) {
    guard let task = task(id), task.change == nil, changeTable[change] != nil else { return }
    modify(id) { $0.change = change }
    modify(change) {
      $0.tasks.append(id)
      $0.counts[task.status.rawValue] += 1
    }
    // Links made before it had a change.
    if !task.waitTasks.isEmpty || !task.haltTasks.isEmpty { journal.linked.insert(id) }
    raiseAttention(id)
  }

  /// Makes `task` start only when `other` is done, and `other` be undone only when `task` is ready.
  ///
  /// A circle of tasks makes the surrounding write throw `StateError.dependencyCycle`.
  public mutating func wait(_ task: TaskID, for other: TaskID) {
    guard let record = self.task(task), taskTable[other] != nil, !record.waitTasks.contains(other) else { return }
    modify(task) { $0.waitTasks.append(other) }
    modify(other) { $0.haltTasks.append(task) }
    journal.linked.insert(task)
  }

  /// The same for several.
  public mutating func wait(_ task: TaskID, for others: some Sequence<TaskID>) {
    for other in others { wait(task, for: other) }
  }

  /// Makes each task wait for the one before it.
  public mutating func chain(_ tasks: [TaskID]) {
    for (first, second) in zip(tasks, tasks.dropFirst()) { wait(second, for: first) }
  }

  /// Puts tasks between one that is running and all that wait for it: they join its change and its lanes, wait for it,
  /// and what waited for it waits for them too. For a handler that finds out what more is to be done. Where the one that
  /// is running was given up meanwhile, they never start.
  public mutating func inject(_ tasks: [TaskID], after main: TaskID) {
    guard let record = task(main), let change = record.change else { return }
    let halted = record.haltTasks.filter { !tasks.contains($0) }
    for task in tasks {
      addTask(task, to: change)
      for lane in record.lanes { join(task, lane) }
      wait(task, for: main)
      for later in halted { wait(later, for: task) }
      if record.status == .abort { setStatus(.hold, of: task) }
    }
  }

  /// Puts a task into a lane, beside those it is in.
  public mutating func join(_ task: TaskID, _ lane: Lane) {
    guard let record = self.task(task), !record.lanes.contains(lane) else { return }
    modify(task) { $0.lanes.append(lane) }
  }

  /// Puts tasks into a lane, beside those they are in.
  public mutating func join(_ tasks: [TaskID], _ lane: Lane) {
    for task in tasks { join(task, lane) }
  }

  /// A lane nobody is in yet.
  public mutating func newLane() -> Lane {
    counters.lane += 1
    return Lane(rawValue: counters.lane)
  }

  /// The change of that id.
  public func change(_ id: ChangeID) -> Change? { changeTable[id]?.value }

  /// The task of that id.
  public func task(_ id: TaskID) -> TaskRecord? { taskTable[id]?.value }

  /// All changes, by id.
  public var changes: [Change] { changeTable.values.map(\.value).sorted { $0.id < $1.id } }

  /// The changes that are not ready, by id; costs nothing when everything is.
  public var unreadyChanges: [Change] {
    active.sorted().compactMap { change($0) }.filter { !$0.isComplete }
  }

  /// The tasks of a change, in the order they were added.
  public func tasks(of change: ChangeID) -> [TaskRecord] {
    (self.change(change)?.tasks ?? []).compactMap { task($0) }
  }

  /// Replaces the input of a task, for what is known only after it was made.
  public mutating func setInput(_ input: some Codable & Sendable, of task: TaskID) {
    do {
      let text = try JSON.encode(input, as: "the input of task \(task)")
      modify(task) { $0.input = text }
    } catch {
      faults.add(error)
    }
  }

  /// Remembers a value with a change; nil forgets it. `api-data` is what clients get as `data`.
  public mutating func setChangeData<V: Codable & Sendable>(_ value: V?, _ key: String, of change: ChangeID) {
    do {
      let text = try value.map { try JSON.encode($0, as: "\(key) of change \(change)") }
      modify(change) { $0.data[key] = text }
    } catch let error as StateError {
      faults.add(error)
    } catch {}
  }

  /// A value remembered with a change; nil when there is none or it isn't a `V`.
  public func changeData<V: Decodable>(_ type: V.Type, _ key: String, of change: ChangeID) -> V? {
    self.change(change)?.data[key].flatMap { try? JSON.decode(type, from: $0) }
  }

  /// Remembers a value with a task; nil forgets it.
  public mutating func setTaskData<V: Codable & Sendable>(_ value: V?, _ key: String, of task: TaskID) {
    do {
      let text = try value.map { try JSON.encode($0, as: "\(key) of task \(task)") }
      modify(task) { $0.data[key] = text }
    } catch let error as StateError {
      faults.add(error)
    } catch {}
  }

  /// A value remembered with a task; nil when there is none or it isn't a `V`.
  public func taskData<V: Decodable>(_ type: V.Type, _ key: String, of task: TaskID) -> V? {
    self.task(task)?.data(type, key)
  }

  /// Adds a line to a task's log, of which the last ten are kept.
  public mutating func log(_ message: String, _ level: LogEntry.Level = .info, of task: TaskID) {
    let entry = LogEntry(time: now, level: level, message: message)
    modify(task) { $0.log = ($0.log + [entry]).suffix(TaskRecord.logLimit) }
  }

  /// Sets what clients see of a task's progress. Numbers that make no sense give the default.
  public mutating func setProgress(_ progress: TaskProgress?, of task: TaskID) {
    var progress = progress
    if let given = progress, given.total <= 0 || given.done < 0 || given.done > given.total { progress = nil }
    modify(task) { $0.explicitProgress = progress }
  }

  /// Has a task be looked at again no sooner than then.
  public mutating func setAtTime(_ time: Timestamp?, of task: TaskID) {
    modify(task) { $0.atTime = time }
    raiseAttention(task)
  }
}
