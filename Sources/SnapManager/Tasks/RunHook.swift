internal import JSONValues
internal import Linux
public import Snap
public import State

/// `run-hook`: a program of the snap's own is asked about, or told of, an event; confined like any of its apps. A
/// hook that the snap does not have is done, unless there is something that only it can take. Source:
/// `spec/features.md` §5.
struct RunHook: TaskHandler {
  static let kind: TaskKind = "run-hook"
  /// What is kept of a hook's output for its error.
  private static let outputLimit = 16 << 10
  let manager: SnapManager

  func `do`(_ setup: HookSetup, in context: TaskContext) async throws -> TaskOutcome {
    let run = HookRun(setup: setup, hook: setup.hook, task: context.taskID, change: context.changeID)
    if let completion = try manager.surroundings.answer(run, checkpoint: { context.checkpoint($0) }) {
      context.atCompletion(completion)
      return .done
    }
    guard hasHook(setup, setup.hook, context) else {
      if setup.isOptional { return .done }
      throw Refusal.noHook(setup.instance, setup.hook.description)
    }
    return try execute(try withDefaults(run), in: context)
  }

  /// The first hooks of a snap find what the gadget says of its options.
  private func withDefaults(_ run: HookRun) throws -> HookRun {
    guard run.setup.usesDefaults, let defaults = try manager.gadgetDefaults(of: run.setup.instance) else { return run }
    var setup = run.setup
    setup.patch = JSONValue.object(defaults).text
    return HookRun(setup: setup, hook: run.hook, task: run.task, change: run.change)
  }

  /// What a hook did can be taken back by another hook only; the tasks around it restore the snap and its data.
  func undo(_ setup: HookSetup, in context: TaskContext) async throws -> TaskOutcome {
    guard let hook = setup.undoHook, hasHook(setup, hook, context) else { return .done }
    return try execute(
      HookRun(setup: setup, hook: hook, task: context.taskID, change: context.changeID), in: context)
  }

  private func execute(_ run: HookRun, in context: TaskContext) throws -> TaskOutcome {
    // A daemon that was killed before has lost the context, and with it what the hook asked for: it runs again.
    let cookie = try manager.surroundings.begin(run)
    var isOpen = true
    defer { if isOpen { _ = manager.surroundings.discard(cookie) } }
    context.checkpoint("begun")
    let failure = try output(of: run, cookie, context)
    isOpen = false
    guard let failure else {
      context.atCompletion(try manager.surroundings.commit(cookie))
      return .done
    }
    let completion = manager.surroundings.discard(cookie)
    // What takes something back does not keep the rest from being taken back.
    guard run.setup.ignoreError || context.isUndoing else { throw failure }
    context.log("ERROR ignoring failure in hook \"\(run.hook)\": \(failure)")
    context.atCompletion(completion)
    return .done
  }

  /// Runs the program to its end; what went wrong, with what it printed.
  private func output(of run: HookRun, _ cookie: String, _ context: TaskContext) throws -> Refusal? {
    let setup = run.setup
    var environment = ChildProcessOptions.fixedEnvironment.merging(manager.serviceEnvironment) { $1 }
    environment["SNAP_COOKIE"] = cookie
    environment["SNAP_CONTEXT"] = cookie
    let result = try HookProcess.run(
      manager.snapRun + ["--hook=\(run.hook)", "-r=\(setup.revision)", setup.instance.description],
      environment: environment, timeout: setup.timeout, limit: Self.outputLimit,
      isUnwanted: { context.isAborted })
    // Given up, or the daemon stops: the runner knows which.
    guard let result else { throw CancellationError() }
    if result.status == .exited(0) { return nil }
    var output = result.output
    while output.utf8.last == UInt8(ascii: "\n") { output.unicodeScalars.removeLast() }
    if result.timedOut {
      output += (output.isEmpty ? "" : "\n") + "<exceeded maximum runtime of \(setup.timeout.goText)>"
    }
    return Refusal.hook(
      run.hook.description, output: output.isEmpty ? "\(result.status)" : "\n-----\n\(output)\n-----")
  }

  /// A revision that cannot be read any more has no hooks: a broken snap can still be removed or replaced.
  private func hasHook(_ setup: HookSetup, _ hook: HookName, _ context: TaskContext) -> Bool {
    do {
      let info = try manager.infos.info(of: setup.instance, setup.revision)
      return info.hooks.contains { $0.name == hook }
    } catch {
      context.log("cannot look for hook \"\(hook)\": \(error)")
      return false
    }
  }
}

extension SnapManager {
  /// Makes a task that runs a hook of the revision in use, if the snap turns out to have it.
  ///
  /// - Parameters:
  ///   - undo: what takes it back when the change is undone.
  ///   - connection: what an interface hook is about.
  public func addHook(
    _ hook: String, of instance: InstanceName, undo: String? = nil, ignoreError: Bool = false,
    connection: String? = nil, to change: ChangeID, in state: inout State
  ) throws -> TaskID {
    guard let installed = state[snap: instance] else { throw Refusal.notInstalled(instance) }
    var input = HookSetup(
      instance: instance, revision: installed.current, hook: try HookName(hook), ignoreError: ignoreError)
    input.undoHook = try undo.map { try HookName($0) }
    input.connection = connection
    return state.newTask(
      RunHook.self, input: input, summary: "Run hook \(hook) of snap \"\(instance)\"", in: change)
  }
}
