public import Snap
public import State

/// One run of a hook: what is asked, and in which task.
public struct HookRun: Sendable {
  public let setup: HookSetup
  /// The hook that runs: the one of the setup, or when the task is undone the one that takes it back.
  public let hook: HookName
  public let task: TaskID
  public let change: ChangeID

  public init(setup: HookSetup, hook: HookName, task: TaskID, change: ChangeID) {
    self.setup = setup
    self.hook = hook
    self.task = task
    self.change = change
  }
}

/// What is written in the commit that ends the task of a hook.
public typealias HookCompletion = @Sendable (inout State) throws -> Void

/// What a hook finds around it: the context that `snapctl` works in, with a transaction of its own; wired by the
/// overlord.
public protocol HookSurroundings: Sendable {
  /// Answers a hook that no program has: `configure` of the system itself. Nil for any other.
  ///
  /// - Parameter checkpoint: told of every step on disk.
  func answer(_ run: HookRun, checkpoint: (StaticString) -> Void) throws -> HookCompletion?
  /// Opens a context, with what the run is given (a patch of the configuration).
  ///
  /// - Returns: the secret by which the hook's own processes are known.
  /// - Throws: what the reference says of a patch that does not fit; there is no context then.
  func begin(_ run: HookRun) throws -> String
  /// The hook has succeeded: closes its context, and gives what it asked for.
  func commit(_ cookie: String) throws -> HookCompletion
  /// The hook has failed, or nobody wants it any more: closes its context.
  ///
  /// - Returns: what is to be written if the failure is passed over.
  func discard(_ cookie: String) -> HookCompletion
}

/// What the operations on snaps need of configuration; wired by the overlord.
public protocol SnapConfiguration: Sendable {
  /// Remembers the configuration as that of a revision that goes out of use.
  func keep(_ instance: InstanceName, for revision: Revision, in state: inout State)
  /// Brings back what was remembered for a revision.
  func restore(_ instance: InstanceName, of revision: Revision, in state: inout State)
  /// Forgets what was remembered for a revision; without one, everything of the snap.
  func forget(_ instance: InstanceName, _ revision: Revision?, in state: inout State)
  /// How many revisions of a snap are kept over a refresh.
  func retainedRevisions(in state: State) -> Int
  /// How long running apps can put off an automatic refresh; one second less than whole days, as the reference counts.
  func longestInhibition(in state: State) -> Duration
  /// The place of a snap in the list of those whose services matter most, from 1; nil when it is not in it.
  func vitalityRank(of instance: InstanceName, in state: State) -> Int?
}
