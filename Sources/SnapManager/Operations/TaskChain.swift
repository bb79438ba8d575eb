internal import Snap
internal import State

/// The tasks of one snap in a change, each waiting for the one before.
struct TaskChain {
  let change: ChangeID
  let lane: Lane
  let setup: SnapSetup
  private(set) var first: TaskID?
  private(set) var last: TaskID?

  init(change: ChangeID, lane: Lane, setup: SnapSetup, after last: TaskID? = nil) {
    self.change = change
    self.lane = lane
    self.setup = setup
    self.last = last
  }

  /// `"foo"`, for summaries.
  var quoted: String { "\"\(setup.instance)\"" }
  /// `"foo" (x1)`, for summaries.
  var named: String { "\(quoted) (\(setup.revision))" }

  /// Appends a task about the revision of the change.
  mutating func add<H: TaskHandler>(
    _ handler: H.Type, _ summary: String, _ state: inout State, _ change: (inout SnapSetup) -> Void = { _ in }
  ) throws where H.Input == SnapSetup {
    var input = setup
    change(&input)
    try append(handler, input, summary, &state)
  }

  /// Appends a task about another installed revision of the snap.
  mutating func add<H: TaskHandler>(
    _ handler: H.Type, at revision: Revision, _ summary: String, _ state: inout State
  ) throws where H.Input == SnapSetup {
    var other = setup
    other.revision = revision
    other.source = .installed
    try append(handler, other, summary, &state)
  }

  /// Appends the running of a hook, if the snap turns out to have it.
  mutating func addHook(
    _ hook: String, at revision: Revision? = nil, ignoreError: Bool = false, timeout: Duration = HookTimeout.preset,
    usesDefaults: Bool = false, _ state: inout State
  ) throws {
    var input = HookSetup(
      instance: setup.instance, revision: revision ?? setup.revision, hook: try HookName(hook),
      ignoreError: ignoreError, timeout: timeout)
    input.usesDefaults = usesDefaults
    let summary =
      hook == "check-health"
      ? "Run health check of \(quoted) snap" : "Run \(hook) hook of \(quoted) snap if present"
    try append(RunHook.self, input, summary, &state)
  }

  private mutating func append<H: TaskHandler>(
    _ handler: H.Type, _ input: H.Input, _ summary: String, _ state: inout State
  ) throws {
    append(state.newTask(handler, input: input, summary: summary, in: change), &state)
  }

  /// Appends a task of another manager's making.
  mutating func append(_ task: TaskID, _ state: inout State) {
    if let last { state.wait(task, for: last) }
    state.join(task, lane)
    first = first ?? task
    last = task
  }
}
