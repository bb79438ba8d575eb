public import Time
/// One change: an element of `GET /v2/changes`, the result of `GET /v2/changes/{id}`.
public struct ChangeJSON: Codable, Hashable, Sendable {
  @Present public var id: String
  /// What is done, `install-snap`.
  @Present public var kind: String
  @Present public var summary: String
  /// `Hold`, `Do`, `Doing`, `Done`, `Abort`, `Undo`, `Undoing`, `Undone`, `Error`, `Wait` or `Default`.
  @Present public var status: String
  @OmitEmpty public var tasks: [TaskJSON]
  /// Whether nothing is left to happen.
  @Present public var ready: Bool
  /// What went wrong, over several lines; only with status `Error`.
  @OmitEmpty public var err: String
  /// When it was made.
  public var spawnTime: Timestamp?
  /// When nothing was left to happen; absent until then.
  public var readyTime: Timestamp?
  /// Facts for clients: `snap-names`, `components`, …
  @OmitEmpty public var data: [String: JSONValue]

  public init(id: String, kind: String, summary: String, status: String) {
    self.id = id
    self.kind = kind
    self.summary = summary
    self.status = status
  }

  enum CodingKeys: String, CodingKey {
    case id, kind, summary, status, tasks, ready, err, data
    case spawnTime = "spawn-time"
    case readyTime = "ready-time"
  }
}

/// One task of a change.
public struct TaskJSON: Codable, Hashable, Sendable {
  @Present public var id: String
  @Present public var kind: String
  @Present public var summary: String
  @Present public var status: String
  /// The last ten lines, `<RFC 3339> INFO|ERROR <message>`.
  @OmitEmpty public var log: [String]
  public var progress: ProgressJSON?
  /// When it was made.
  public var spawnTime: Timestamp?
  /// When nothing was left to happen; absent until then.
  public var readyTime: Timestamp?
  @OmitEmpty public var data: [String: JSONValue]

  public init(id: String, kind: String, summary: String, status: String) {
    self.id = id
    self.kind = kind
    self.summary = summary
    self.status = status
    self.progress = ProgressJSON()
  }

  enum CodingKeys: String, CodingKey {
    case id, kind, summary, status, log, progress, data
    case spawnTime = "spawn-time"
    case readyTime = "ready-time"
  }
}

/// How far a task is.
public struct ProgressJSON: Codable, Hashable, Sendable {
  @Present public var label: String
  @Present public var done: Int
  /// 1 for a task that cannot tell.
  @Present public var total: Int

  public init(label: String = "", done: Int = 0, total: Int = 1) {
    self.label = label
    self.done = done
    self.total = total
  }
}

/// The body of `POST /v2/changes/{id}`.
public struct ChangeInstruction: Codable, Hashable, Sendable {
  /// `abort`.
  @Present public var action: String

  public init(action: String) { self.action = action }
}
