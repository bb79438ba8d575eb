public import Time
/// Everything the system remembers, as one value: changes and tasks, records by kind, warnings and notices.
///
/// A `StateStore` holds it. Mutations are noted in a journal, so that a commit writes the rows that changed and a
/// failed write is taken back; neither looks at the rest, however much there is.
public struct State: Sendable {
  var changeTable: [ChangeID: Box<Change>] = [:]
  var taskTable: [TaskID: Box<TaskRecord>] = [:]
  var records: [String: [String: RecordCell]] = [:]
  var warningTable: [String: Warning] = [:]
  var noticeTable: [NoticeID: Notice] = [:]
  var noticeIndex: [Notice.Identity: NoticeID] = [:]
  var counters = Counters()
  /// Changes in which something is still to be done.
  var active: Set<ChangeID> = []
  /// Tasks the runner should look at: their own status or that of a neighbour changed.
  var attention: Set<TaskID> = []
  /// Something was added to `attention` since the runner looked.
  var needsRunner = false
  var journal = Journal()
  var faults = Faults()
  let clock: StateClock

  init(clock: StateClock) { self.clock = clock }

  /// The time by the state's clock.
  public var now: Timestamp { clock.now() }

  /// Numbers given out so far; they never go back, or an id would name two things.
  struct Counters: Equatable {
    var change = 0
    var task = 0
    var lane = 0
    var notice = 0
    var noticeTime = Timestamp(seconds: 0)
  }

  /// What was there before the running write, by place; the first write to a place wins.
  struct Journal {
    var changes: [ChangeID: Box<Change>?] = [:]
    var tasks: [TaskID: Box<TaskRecord>?] = [:]
    var records: [RecordPlace: RecordCell?] = [:]
    var warnings: [String: Warning?] = [:]
    var notices: [NoticeID: Notice?] = [:]
    var counters = Counters()
    var attention: Set<TaskID> = []
    /// Tasks were given something to wait for: circles are looked for before the commit.
    var linked: Set<TaskID> = []
    /// The commit has to be on the medium before anyone hears of it.
    var isDurable = false

    var isEmpty: Bool {
      changes.isEmpty && tasks.isEmpty && records.isEmpty && warnings.isEmpty && notices.isEmpty
    }
  }

  struct RecordPlace: Hashable {
    let kind: String
    let key: String
  }
}

/// A value by reference, so that a table of many is copied by counting, not by copying each.
final class Box<Value: Sendable>: Sendable {
  let value: Value
  init(_ value: Value) { self.value = value }
}

// MARK: - Every mutation goes through one of these.

extension State {
  mutating func putChange(_ id: ChangeID, _ change: Change?) {
    journal.changes[id] = journal.changes[id] ?? .some(changeTable[id])
    setChange(id, change.map { Box($0) })
  }

  mutating func putTask(_ id: TaskID, _ task: TaskRecord?) {
    journal.tasks[id] = journal.tasks[id] ?? .some(taskTable[id])
    taskTable[id] = task.map { Box($0) }
  }

  mutating func putRecord(_ kind: String, _ key: String, _ cell: RecordCell?) {
    let place = RecordPlace(kind: kind, key: key)
    journal.records[place] = journal.records[place] ?? .some(records[kind]?[key])
    records[kind, default: [:]][key] = cell
  }

  mutating func putWarning(_ message: String, _ warning: Warning?) {
    journal.warnings[message] = journal.warnings[message] ?? .some(warningTable[message])
    warningTable[message] = warning
  }

  mutating func putNotice(_ id: NoticeID, _ notice: Notice?) {
    journal.notices[id] = journal.notices[id] ?? .some(noticeTable[id])
    setNotice(id, notice)
  }

  mutating func modify(_ id: ChangeID, _ body: (inout Change) -> Void) {
    guard var change = changeTable[id]?.value else { return }
    body(&change)
    putChange(id, change)
  }

  mutating func modify(_ id: TaskID, _ body: (inout TaskRecord) -> Void) {
    guard var task = taskTable[id]?.value else { return }
    body(&task)
    putTask(id, task)
  }

  mutating func raiseAttention(_ id: TaskID) {
    attention.insert(id)
    needsRunner = true
  }

  private mutating func setChange(_ id: ChangeID, _ box: Box<Change>?) {
    changeTable[id] = box
    if box?.value.isActive == true { active.insert(id) } else { active.remove(id) }
  }

  private mutating func setNotice(_ id: NoticeID, _ notice: Notice?) {
    if let old = noticeTable[id] { noticeIndex[old.identity] = nil }
    noticeTable[id] = notice
    if let notice { noticeIndex[notice.identity] = id }
  }

  /// Starts a write: from here on the journal says how to go back.
  mutating func begin() {
    journal = Journal(counters: counters, attention: attention)
    faults = Faults()
  }

  /// Takes the running write back.
  mutating func rollBack() {
    for (id, box) in journal.changes { setChange(id, box) }
    for (id, box) in journal.tasks { taskTable[id] = box }
    for (place, cell) in journal.records { records[place.kind, default: [:]][place.key] = cell }
    for (message, warning) in journal.warnings { warningTable[message] = warning }
    for (id, notice) in journal.notices { setNotice(id, notice) }
    counters = journal.counters
    attention = journal.attention
    journal = Journal()
  }
}

// MARK: - Loading; nothing of it is journalled.

extension State {
  mutating func load(_ change: Change) { setChange(change.id, Box(change)) }
  mutating func load(_ notice: Notice) { setNotice(notice.id, notice) }
}
