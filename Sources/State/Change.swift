public import Time
/// Something a user or the system asked for, as the set of tasks that bring it about (`spec/engine.md` §2).
///
/// A value read from the state; what changes it are the methods of `State`. Its status is derived:
/// `State.status(of:)`.
public struct Change: Equatable, Sendable, Identifiable {
  /// Decimal for clients; never given twice.
  public let id: ChangeID
  /// What was asked for, by name: "install-snap".
  public let kind: String
  /// The same in a sentence for people.
  public let summary: String
  /// Set only when the change is not to derive its status from its tasks.
  public internal(set) var explicitStatus: Status = .default
  /// Every task was cleaned up after the change became ready.
  public internal(set) var isClean = false
  /// JSON texts by name; `State.changeData` reads them. "api-data" is what clients see.
  public internal(set) var data: [String: String] = [:]
  /// The tasks, in the order they were added.
  public internal(set) var tasks: [TaskID] = []
  /// When it was made.
  public let spawnTime: Timestamp
  /// When the last task became ready, for the first time.
  public internal(set) var readyTime: Timestamp?
  /// The status of the last `change-update` notice.
  var recordedStatus: Status = .default
  /// How many tasks are in each status; kept with every change of one, so that the status of a change of any size
  /// is known at once. Not persisted.
  var counts = SIMD16<Int32>(repeating: 0)

  init(id: ChangeID, kind: String, summary: String, spawnTime: Timestamp) {
    self.id = id
    self.kind = kind
    self.summary = summary
    self.spawnTime = spawnTime
  }

  func count(_ status: Status) -> Int { Int(counts[status.rawValue]) }

  /// Every task is ready, and there is one.
  var isComplete: Bool {
    if explicitStatus != .default { return explicitStatus.isReady }
    return !tasks.isEmpty && count(.done) + count(.undone) + count(.hold) + count(.error) == tasks.count
  }

  /// The runner still has something to do here.
  var isActive: Bool { readyTime == nil || !isClean || !isComplete }
}
