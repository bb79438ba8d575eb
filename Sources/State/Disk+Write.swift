internal import SQLite
internal import Time

extension Disk {
  /// Writes the rows that the journal says changed, and that really are other than before, in one transaction.
  /// - Returns: false when there was nothing to write.
  @discardableResult
  func commit(_ state: State) throws(StateError) -> Bool {
    let journal = state.journal
    let rows = try Rows(of: state)
    guard !rows.isEmpty || state.counters != journal.counters else { return false }
    do {
      try setSynced(journal.isDurable)
      try database.transaction { () throws(SQLiteError) in
        if state.counters != journal.counters { try write(state.counters, since: journal.counters) }
        for (place, text) in rows.records { try write(text, at: place) }
        for (id, change) in rows.changes { try write(change, id) }
        for (id, task) in rows.tasks { try write(task, id) }
        for (message, old) in journal.warnings where state.warningTable[message] != old {
          try write(state.warningTable[message], message)
        }
        for (id, old) in journal.notices where state.noticeTable[id] != old { try write(state.noticeTable[id], id) }
      }
    } catch {
      throw .database(error.description)
    }
    return true
  }

  /// All that has to be encoded, done before the transaction so that it can't fail inside for that.
  private struct Rows {
    var records: [(State.RecordPlace, String?)] = []
    var changes: [(ChangeID, (Change, data: String)?)] = []
    var tasks: [(TaskID, (TaskRecord, data: String, log: String)?)] = []
    let others: Int

    var isEmpty: Bool { records.isEmpty && changes.isEmpty && tasks.isEmpty && others == 0 }

    init(of state: State) throws(StateError) {
      let journal = state.journal
      others = journal.warnings.count + journal.notices.count
      for (place, old) in journal.records {
        let text = try state.records[place.kind]?[place.key]?.text()
        if text != (try old?.text()) { records.append((place, text)) }
      }
      for (id, old) in journal.changes {
        let change = state.change(id)
        guard change != old?.value else { continue }
        guard let change else {
          changes.append((id, nil))
          continue
        }
        changes.append((id, (change, data: try encode(change.data))))
      }
      for (id, old) in journal.tasks {
        let task = state.task(id)
        guard task != old?.value else { continue }
        guard let task else {
          tasks.append((id, nil))
          continue
        }
        let log = task.log.isEmpty ? "" : try JSON.encode(task.log, as: "the log of task \(id)")
        tasks.append((id, (task, data: try encode(task.data), log: log)))
      }
    }
  }

  private func write(_ counters: State.Counters, since old: State.Counters) throws(SQLiteError) {
    let statement = try statement("INSERT OR REPLACE INTO counters VALUES (?, ?)")
    if counters.change != old.change { try statement.run(.text("change"), .integer(counters.change)) }
    if counters.task != old.task { try statement.run(.text("task"), .integer(counters.task)) }
    if counters.lane != old.lane { try statement.run(.text("lane"), .integer(counters.lane)) }
    if counters.notice != old.notice { try statement.run(.text("notice"), .integer(counters.notice)) }
    if counters.noticeTime != old.noticeTime {
      try statement.run(.text("notice-time"), .integer(Int(counters.noticeTime.nanosecondsSinceEpoch)))
    }
  }

  private func write(_ text: String?, at place: State.RecordPlace) throws(SQLiteError) {
    guard let text else {
      return try statement("DELETE FROM records WHERE kind = ? AND key = ?").run(.text(place.kind), .text(place.key))
    }
    try statement("INSERT OR REPLACE INTO records VALUES (?, ?, ?)")
      .run(.text(place.kind), .text(place.key), .text(text))
  }

  private func write(_ row: (Change, data: String)?, _ id: ChangeID) throws(SQLiteError) {
    guard let (change, data) = row else {
      return try statement("DELETE FROM changes WHERE id = ?").run(.integer(id.rawValue))
    }
    try statement("INSERT OR REPLACE INTO changes VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)").run(
      .integer(id.rawValue), .text(change.kind), .text(change.summary), .integer(change.explicitStatus.rawValue),
      .integer(change.isClean ? 1 : 0), .text(list(change.tasks)), .text(data), time(change.spawnTime),
      time(change.readyTime), .integer(change.recordedStatus.rawValue))
  }

  private func write(_ row: (TaskRecord, data: String, log: String)?, _ id: TaskID) throws(SQLiteError) {
    guard let (task, data, log) = row else {
      return try statement("DELETE FROM tasks WHERE id = ?").run(.integer(id.rawValue))
    }
    let progress = task.explicitProgress
    try statement(
      "INSERT OR REPLACE INTO tasks VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
    ).run(
      .integer(id.rawValue), .optional(task.change?.rawValue), .text(task.kind.rawValue), .text(task.summary),
      .text(task.input), .integer(task.status.rawValue), .integer(task.waitedStatus.rawValue),
      .integer(task.isClean ? 1 : 0), .text(list(task.waitTasks)), .text(list(task.lanes)), .text(data), .text(log),
      .optional(progress?.label), .optional(progress?.done), .optional(progress?.total), time(task.spawnTime),
      time(task.readyTime), time(task.atTime), .integer(Int(task.doingTime.nanoseconds)),
      .integer(Int(task.undoingTime.nanoseconds)))
  }

  private func write(_ warning: Warning?, _ message: String) throws(SQLiteError) {
    guard let warning else {
      return try statement("DELETE FROM warnings WHERE message = ?").run(.text(message))
    }
    try statement("INSERT OR REPLACE INTO warnings VALUES (?, ?, ?, ?, ?, ?)").run(
      .text(message), time(warning.firstAdded), time(warning.lastAdded), time(warning.lastShown),
      .integer(Int(warning.expireAfter.nanoseconds)), .integer(Int(warning.repeatAfter.nanoseconds)))
  }

  private func write(_ notice: Notice?, _ id: NoticeID) throws(SQLiteError) {
    guard let notice else { return try statement("DELETE FROM notices WHERE id = ?").run(.integer(id.rawValue)) }
    // Texts in a dictionary always encode.
    let data = (try? encode(notice.lastData)) ?? ""
    try statement("INSERT OR REPLACE INTO notices VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)").run(
      .integer(id.rawValue), .optional(notice.userID.map { Int($0) }), .text(notice.type.rawValue),
      .text(notice.key), time(notice.firstOccurred), time(notice.lastOccurred), time(notice.lastRepeated),
      .integer(notice.occurrences), .text(data), .integer(Int(notice.repeatAfter.nanoseconds)),
      .integer(Int(notice.expireAfter.nanoseconds)))
  }
}

private func encode(_ data: [String: String]) throws(StateError) -> String {
  data.isEmpty ? "" : try JSON.encode(data, as: "data")
}

private func list(_ ids: [some Identifier]) -> String { ids.map(\.description).joined(separator: ",") }

private func time(_ time: Timestamp?) -> SQLValue { .optional(time.map { Int($0.nanosecondsSinceEpoch) }) }
