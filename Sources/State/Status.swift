/// Where a task or a change is on its way. The numbers are persisted (`spec/engine.md` §2).
public enum Status: Int, Codable, CaseIterable, Sendable, CustomStringConvertible {
  /// Not set: a task's reads as `do`, a change's is derived from its tasks.
  case `default` = 0
  /// Will not be done, because something it depends on failed or was aborted.
  case hold = 1
  /// To be done.
  case `do` = 2
  /// Being done.
  case doing = 3
  /// Done.
  case done = 4
  /// Being done, and to be undone as soon as that stops.
  case abort = 5
  /// Done, and to be undone.
  case undo = 6
  /// Being undone.
  case undoing = 7
  /// Undone.
  case undone = 8
  /// Failed.
  case error = 9
  /// Done or undone but for something outside, such as a restart of the system.
  case wait = 10

  /// Nothing will happen any more.
  public var isReady: Bool {
    switch self {
    case .done, .undone, .hold, .error: true
    default: false
    }
  }

  /// The name as clients see it: "Doing".
  public var name: String {
    switch self {
    case .default: "Default"
    case .hold: "Hold"
    case .do: "Do"
    case .doing: "Doing"
    case .done: "Done"
    case .abort: "Abort"
    case .undo: "Undo"
    case .undoing: "Undoing"
    case .undone: "Undone"
    case .error: "Error"
    case .wait: "Wait"
    }
  }

  public var description: String { name }
}
