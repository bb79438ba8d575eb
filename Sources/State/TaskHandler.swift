/// One kind of task: `do` and `undo` side by side, with their own type of input.
///
/// Both may be run again after a crash, from the start, so each step they take on disk must be harmless to repeat.
/// They run on threads of the runner's own and may block.
public protocol TaskHandler: Sendable {
  /// What the task is given when it is made; persisted as JSON.
  associatedtype Input: Codable & Sendable
  /// The name under which tasks of this kind are stored; it must never change.
  static var kind: TaskKind { get }
  /// Does it. What it throws becomes the task's error: its lanes are undone.
  func `do`(_ input: Input, in context: TaskContext) async throws -> TaskOutcome
  /// Takes it back, with what `do` remembered. What it throws leaves the task in error.
  func undo(_ input: Input, in context: TaskContext) async throws -> TaskOutcome
}

/// A kind that has nothing to undo: given up while running it is held, given up when done it stays done.
public protocol IrreversibleTask: TaskHandler {}

extension IrreversibleTask {
  /// Never called by the runner.
  public func undo(_ input: Input, in context: TaskContext) async throws -> TaskOutcome { .done }
}

/// A kind that leaves something behind to remove once its change is ready, whatever came of it. Tried again until
/// it doesn't throw.
public protocol CleaningTask: TaskHandler {
  /// Removes what was kept for undoing.
  func cleanUp(_ input: Input, in context: TaskContext) async throws
}

/// The input of a kind that needs none.
public struct NoInput: Codable, Hashable, Sendable {
  public init() {}
}

/// What to do next; a failure is a thrown error.
public enum TaskOutcome: Equatable, Sendable {
  case done
  /// Not yet: run again no sooner than after so long.
  case retry(after: Duration, reason: String)
  /// Done (or undone) but for something outside, such as a restart; `State.resume` ends the waiting.
  case wait(reason: String)
}

/// A place in the life of a task, reported so that a test can stop the world there.
public struct Boundary: Hashable, Sendable, CustomStringConvertible {
  /// Where in the life of a task.
  public enum Phase: Hashable, Sendable {
    /// The task is marked Doing on disk; its handler is about to be called.
    case beforeDo
    /// The handler has returned; the result is not committed yet.
    case afterDo
    case beforeUndo
    case afterUndo
    case beforeCleanUp
    case afterCleanUp
    /// The result is committed; the status is what it made of the task.
    case committed(Status)
    /// Where the handler said so.
    case checkpoint(String)
  }
  /// The change of the task.
  public let change: ChangeID
  /// The task.
  public let task: TaskID
  /// Its kind.
  public let kind: TaskKind
  /// Where in its life.
  public let phase: Phase

  public init(change: ChangeID, task: TaskID, kind: TaskKind, phase: Phase) {
    self.change = change
    self.task = task
    self.kind = kind
    self.phase = phase
  }

  public var description: String { "\(change)/\(task) \(kind) \(phase)" }
}
