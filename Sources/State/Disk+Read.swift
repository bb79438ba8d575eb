internal import SQLite
internal import Time

extension Disk {
  /// Reads everything; records stay text until someone asks for them.
  func load(clock: StateClock) throws(StateError) -> State {
    var state = State(clock: clock)
    do {
      try readCounters(&state)
      try readRecords(&state)
      try readTasks(&state)
      try readChanges(&state)
      try readWarnings(&state)
      try readNotices(&state)
    } catch let error as SQLiteError {
      throw error.isDamage ? damaged(error.message) : .database(error.description)
    } catch let error as Unreadable {
      throw damaged(error.what)
    } catch {
      throw damaged(JSON.describe(error))
    }
    return state
  }

  /// A row that this version never wrote.
  private struct Unreadable: Error { let what: String }

  private func readCounters(_ state: inout State) throws {
    let rows = try database.prepare("SELECT name, value FROM counters")
    while try rows.step() {
      let value = rows.integer(1)
      switch rows.text(0) {
      case "change": state.counters.change = value
      case "task": state.counters.task = value
      case "lane": state.counters.lane = value
      case "notice": state.counters.notice = value
      case "notice-time": state.counters.noticeTime = Timestamp(nanosecondsSinceEpoch: Int64(value))
      default: break
      }
    }
  }

  private func readRecords(_ state: inout State) throws {
    let rows = try database.prepare("SELECT kind, key, value FROM records")
    while try rows.step() {
      state.records[rows.text(0), default: [:]][rows.text(1)] = RecordCell(text: rows.text(2))
    }
  }

  private func readTasks(_ state: inout State) throws {
    let rows = try database.prepare(
      """
      SELECT id, change, kind, summary, input, status, waited, clean, waits, lanes, data, log, label, done, total,
        spawned, ready, at, doing, undoing FROM tasks
      """)
    var tasks: [TaskID: TaskRecord] = [:]
    while try rows.step() {
      let id = TaskID(rawValue: rows.integer(0))
      guard let status = Status(rawValue: rows.integer(5)), let waited = Status(rawValue: rows.integer(6)) else {
        throw Unreadable(what: "task \(id) has status \(rows.integer(5))")
      }
      var task = TaskRecord(
        id: id, kind: TaskKind(rawValue: rows.text(2)), summary: rows.text(3), input: rows.text(4),
        spawnTime: rows.time(15))
      task.change = rows.optionalInteger(1).map { ChangeID(rawValue: $0) }
      task.status = status
      task.waitedStatus = waited
      task.isClean = rows.integer(7) != 0
      task.waitTasks = try Self.ids(rows.text(8))
      task.lanes = try Self.ids(rows.text(9))
      task.data = try Self.dictionary(rows.text(10))
      let log = rows.text(11)
      if !log.isEmpty { task.log = try JSON.decode([LogEntry].self, from: log) }
      if let label = rows.optionalText(12) {
        task.explicitProgress = TaskProgress(label: label, done: rows.integer(13), total: rows.integer(14))
      }
      task.readyTime = rows.optionalTime(16)
      task.atTime = rows.optionalTime(17)
      task.doingTime = .nanoseconds(rows.integer(18))
      task.undoingTime = .nanoseconds(rows.integer(19))
      tasks[id] = task
    }
    for id in tasks.keys.sorted() {
      for awaited in tasks[id]?.waitTasks ?? [] { tasks[awaited]?.haltTasks.append(id) }
    }
    state.taskTable = tasks.mapValues { Box($0) }
  }

  private func readChanges(_ state: inout State) throws {
    let rows = try database.prepare(
      "SELECT id, kind, summary, status, clean, tasks, data, spawned, ready, recorded FROM changes")
    while try rows.step() {
      let id = ChangeID(rawValue: rows.integer(0))
      guard let status = Status(rawValue: rows.integer(3)), let recorded = Status(rawValue: rows.integer(9)) else {
        throw Unreadable(what: "change \(id) has status \(rows.integer(3))")
      }
      var change = Change(id: id, kind: rows.text(1), summary: rows.text(2), spawnTime: rows.time(7))
      change.explicitStatus = status
      change.isClean = rows.integer(4) != 0
      change.tasks = try Self.ids(rows.text(5))
      change.data = try Self.dictionary(rows.text(6))
      change.readyTime = rows.optionalTime(8)
      change.recordedStatus = recorded
      for task in change.tasks {
        guard let task = state.task(task) else { throw Unreadable(what: "change \(id) lacks its task \(task)") }
        change.counts[task.status.rawValue] += 1
      }
      state.load(change)
    }
  }

  private func readWarnings(_ state: inout State) throws {
    let rows = try database.prepare("SELECT message, first, last, shown, expire, repeat FROM warnings")
    while try rows.step() {
      state.warningTable[rows.text(0)] = Warning(
        message: rows.text(0), firstAdded: rows.time(1), lastAdded: rows.time(2), lastShown: rows.optionalTime(3),
        expireAfter: .nanoseconds(rows.integer(4)), repeatAfter: .nanoseconds(rows.integer(5)))
    }
  }

  private func readNotices(_ state: inout State) throws {
    let rows = try database.prepare(
      "SELECT id, user, type, key, first, last, repeated, occurrences, data, repeat, expire FROM notices")
    while try rows.step() {
      state.load(
        Notice(
          id: NoticeID(rawValue: rows.integer(0)),
          userID: rows.optionalInteger(1).map { UInt32(truncatingIfNeeded: $0) },
          type: NoticeType(rawValue: rows.text(2)), key: rows.text(3), firstOccurred: rows.time(4),
          lastOccurred: rows.time(5), lastRepeated: rows.time(6), occurrences: rows.integer(7),
          lastData: try Self.dictionary(rows.text(8)), repeatAfter: .nanoseconds(rows.integer(9)),
          expireAfter: .nanoseconds(rows.integer(10))))
    }
  }

  private static func ids<ID: Identifier>(_ text: String) throws -> [ID] {
    try text.split(separator: ",").map { part in
      guard let id = ID(String(part)) else { throw Unreadable(what: "\"\(text)\" is not a list of ids") }
      return id
    }
  }

  private static func dictionary(_ text: String) throws -> [String: String] {
    text.isEmpty ? [:] : try JSON.decode([String: String].self, from: text)
  }
}

extension Statement {
  fileprivate func time(_ column: Int) -> Timestamp { Timestamp(nanosecondsSinceEpoch: Int64(integer(column))) }
  fileprivate func optionalTime(_ column: Int) -> Timestamp? { isNull(column) ? nil : time(column) }
}
