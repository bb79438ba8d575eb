public import Snap
internal import Linux
public import State

/// What a `run-hook` task is told.
public struct HookSetup: Codable, Equatable, Sendable {
  /// Whose hook it is.
  public var instance: InstanceName
  /// The revision whose hook runs; it must be the one that the launch plans are of.
  public var revision: Revision
  public var hook: HookName
  /// Whether a failure is only noted.
  public var ignoreError: Bool
  /// Seconds until the hook is killed.
  public var timeout: Int
  /// The hook that runs when this one is undone; what it fails with is only noted.
  public var undoHook: HookName?

  public init(
    instance: InstanceName, revision: Revision, hook: HookName, ignoreError: Bool = false, timeout: Int = 600,
    undoHook: HookName? = nil
  ) {
    self.instance = instance
    self.revision = revision
    self.hook = hook
    self.ignoreError = ignoreError
    self.timeout = timeout
    self.undoHook = undoHook
  }

  /// What undoing runs.
  var undoing: HookSetup? {
    undoHook.map {
      HookSetup(instance: instance, revision: revision, hook: $0, ignoreError: true, timeout: timeout)
    }
  }
}

/// `run-hook`: a program of the snap's own is asked about, or told of, an event; confined like any of its apps. A
/// hook that the snap does not have is done. Source: `spec/features.md` §5.
struct RunHook: TaskHandler {
  static let kind: TaskKind = "run-hook"
  /// What is kept of a hook's output for its error.
  private static let outputLimit = 16 << 10
  let manager: SnapManager

  func `do`(_ setup: HookSetup, in context: TaskContext) async throws -> TaskOutcome {
    try run(setup, context)
    return .done
  }

  /// What a hook did cannot be taken back by anybody else: the tasks around it restore the snap and its data, and some
  /// hooks have another that undoes them.
  func undo(_ setup: HookSetup, in context: TaskContext) async throws -> TaskOutcome {
    if let undoing = setup.undoing { try run(undoing, context) }
    return .done
  }

  private func run(_ setup: HookSetup, _ context: TaskContext) throws {
    guard hasHook(setup, context) else { return }
    let result = try HookProcess.run(
      manager.snapRun + ["--hook=\(setup.hook)", "-r=\(setup.revision)", setup.instance.description],
      environment: ChildProcessOptions.fixedEnvironment.merging(manager.serviceEnvironment) { $1 },
      timeout: .seconds(setup.timeout), limit: Self.outputLimit, isUnwanted: { context.isAborted })
    // Given up, or the daemon stops: the runner knows which.
    guard let result else { throw CancellationError() }
    if result.status == .exited(0) { return }
    var output = result.output
    while output.utf8.last == UInt8(ascii: "\n") { output.unicodeScalars.removeLast() }
    if result.timedOut { output += "\n<exceeded maximum runtime of \(setup.timeout)s>" }
    let failure = Refusal.hook(
      setup.hook.description, output: output.isEmpty ? "\(result.status)" : "\n-----\n\(output)\n-----")
    guard setup.ignoreError else { throw failure }
    context.log("ERROR ignoring failure in hook \"\(setup.hook)\": \(failure)")
  }

  /// A revision that cannot be read any more has no hooks: a broken snap can still be removed or replaced.
  private func hasHook(_ setup: HookSetup, _ context: TaskContext) -> Bool {
    do {
      let info = try manager.infos.info(of: setup.instance, setup.revision)
      return info.hooks.contains { $0.name == setup.hook }
    } catch {
      context.log("cannot look for hook \"\(setup.hook)\": \(error)")
      return false
    }
  }
}

extension SnapManager {
  /// Makes a task that runs a hook of the revision in use, if the snap turns out to have it.
  public func addHook(
    _ hook: String, of instance: InstanceName, undo: String? = nil, ignoreError: Bool = false, timeout: Int = 600,
    to change: ChangeID, in state: inout State
  ) throws -> TaskID {
    guard let installed = state[snap: instance] else { throw Refusal.notInstalled(instance) }
    let input = HookSetup(
      instance: instance, revision: installed.current, hook: try HookName(hook), ignoreError: ignoreError,
      timeout: timeout, undoHook: try undo.map { try HookName($0) })
    return state.newTask(
      RunHook.self, input: input, summary: "Run hook \(hook) of snap \"\(instance)\"", in: change)
  }
}
