public import Time
/// How far a task is, for people.
public struct TaskProgress: Hashable, Sendable {
  /// What `done` and `total` count: "Download".
  public var label: String
  /// How much is done, at most `total`.
  public var done: Int
  /// How much there is, at least 1.
  public var total: Int

  public init(label: String, done: Int, total: Int) {
    self.label = label
    self.done = done
    self.total = total
  }
}

/// One line of a task's log.
public struct LogEntry: Hashable, Codable, Sendable, CustomStringConvertible {
  /// `error` lines of a failed task make up the error text of its change.
  public enum Level: String, Codable, Sendable { case info = "INFO", error = "ERROR" }
  /// When it was written.
  public let time: Timestamp
  /// Whether it says what went wrong.
  public let level: Level
  /// What happened, in a sentence.
  public let message: String

  /// The line as clients see it: "2026-11-21T12:30:00Z ERROR cannot …".
  public var description: String { "\(time) \(level.rawValue) \(message)" }
}

/// One step of a change, as it is persisted (`spec/engine.md` §2). A value read from the state; what changes it
/// are the methods of `State`.
public struct TaskRecord: Equatable, Sendable, Identifiable {
  /// Decimal for clients; never given twice, across changes.
  public let id: TaskID
  /// Which handler runs it.
  public let kind: TaskKind
  /// What it does, in a sentence for people.
  public let summary: String
  /// The change it is part of; nil until it is linked to one.
  public internal(set) var change: ChangeID?
  /// The value the handler gets, as JSON.
  public internal(set) var input: String
  /// Where it is; never `default`.
  public internal(set) var status: Status = .do
  /// In `wait`: what the task becomes when the waiting is over, `done` or `undone`.
  public internal(set) var waitedStatus: Status = .default
  /// Its handler has cleaned up after the change became ready.
  public internal(set) var isClean = false
  /// The tasks that must be done before this one.
  public internal(set) var waitTasks: [TaskID] = []
  /// The tasks that wait for this one.
  public internal(set) var haltTasks: [TaskID] = []
  /// The lanes it joined; empty means lane 0. `effectiveLanes` says it plainly.
  public internal(set) var lanes: [Lane] = []
  /// JSON texts by name; `State.taskData` reads them.
  public internal(set) var data: [String: String] = [:]
  /// The last ten lines.
  public internal(set) var log: [LogEntry] = []
  var explicitProgress: TaskProgress?
  /// When it was made.
  public let spawnTime: Timestamp
  /// When it last became ready.
  public internal(set) var readyTime: Timestamp?
  /// Not to be tried again before.
  public internal(set) var atTime: Timestamp?
  /// Time spent in `do`, over all tries.
  public internal(set) var doingTime: Duration = .zero
  /// Time spent in `undo`, over all tries.
  public internal(set) var undoingTime: Duration = .zero

  init(id: TaskID, kind: TaskKind, summary: String, input: String, spawnTime: Timestamp) {
    self.id = id
    self.kind = kind
    self.summary = summary
    self.input = input
    self.spawnTime = spawnTime
  }

  /// How many log lines are kept.
  public static let logLimit = 10

  /// What was last reported, or none of one before and one of one after.
  public var progress: TaskProgress {
    explicitProgress ?? TaskProgress(label: "", done: status == .do ? 0 : 1, total: 1)
  }

  /// Lane 0 for a task that joined none.
  public var effectiveLanes: [Lane] { lanes.isEmpty ? [.none] : lanes }

  /// A waiting task counts as what it waits to become.
  public var effectiveStatus: Status { status == .wait ? waitedStatus : status }

  /// The value its handler gets.
  /// - Throws: `StateError.undecodable` when it isn't a `V`.
  public func input<V: Decodable>(as type: V.Type) throws(StateError) -> V {
    do { return try JSON.decode(type, from: input) } catch {
      throw .undecodable(kind: "task \(kind)", key: id.description, why: JSON.describe(error))
    }
  }

  /// A value remembered under a name; nil when there is none or it isn't a `V`.
  public func data<V: Decodable>(_ type: V.Type, _ key: String) -> V? {
    data[key].flatMap { try? JSON.decode(type, from: $0) }
  }
}
