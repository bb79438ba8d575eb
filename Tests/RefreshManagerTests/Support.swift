import Snap
import State
import Synchronization
import TestSupport
import Time

@testable import RefreshManager

/// A store, snaps and a clock that a test sets.
final class Scene: RefreshingSnaps, RefreshConfiguration, @unchecked Sendable {
  struct Inner {
    var now = Timestamp(seconds: 1_700_000_000)
    var snaps: [RefreshableSnap] = []
    var updates: [AvailableUpdate] = []
    var failure: (any Error)?
    var busy: [InstanceName: [String]] = [:]
    var since: [InstanceName: Timestamp] = [:]
    var settings = RefreshSettings()
    var outcomes: [RefreshOutcome] = []
    var events: [String] = []
    var isMetered = false
    var problems: [String] = []
    var canManage = false
    var gates: [InstanceName] = []
    /// Whether snaps that are asked hold everything.
    var gatesHold = false
  }
  private let inner = Mutex(Inner())
  let directory: TemporaryDirectory
  let store: StateStore
  let runner: TaskRunner
  private let managerBox = Mutex<RefreshManager?>(nil)

  init() throws {
    directory = try TemporaryDirectory()
    let box = Box()
    store = try StateStore(
      path: directory.path + "/state.db",
      clock: StateClock(now: { box.scene?.with { $0.now } ?? Timestamp(seconds: 0) }, sleep: { _ in }))
    runner = TaskRunner(store: store)
    runner.register(GateHook(box: box))
    box.set(self)
  }

  /// A snap that is asked whether it minds.
  struct GateHook: IrreversibleTask {
    static let kind: TaskKind = "test-gate"
    fileprivate let box: Box

    func `do`(_ instance: InstanceName, in context: TaskContext) async throws -> TaskOutcome {
      guard let scene = box.scene, scene.with({ $0.gatesHold }) else { return .done }
      let affected = context.store.read { RefreshManager.affected(by: instance, in: context.changeID, $0) }
      context.atCompletion { state in
        _ = try RefreshManager.hold(affected, by: instance, lastRefreshes: [:], in: &state)
      }
      return .done
    }
  }

  fileprivate final class Box: Sendable {
    private let value = Mutex<Unowned?>(nil)
    struct Unowned: @unchecked Sendable { weak var scene: Scene? }
    var scene: Scene? { value.withLock { $0?.scene } }
    func set(_ scene: Scene) {
      let reference = Unowned(scene: scene)
      value.withLock { $0 = reference }
    }
  }

  @discardableResult
  func with<T: Sendable>(_ body: (inout sending Inner) -> sending T) -> T { inner.withLock { body(&$0) } }

  func advance(_ duration: Duration) { with { $0.now = $0.now + duration } }

  /// What happened since this was last asked.
  func events() -> [String] {
    with { inner in
      let events = inner.events
      inner.events = []
      return events
    }
  }

  func note(_ event: String) { with { $0.events.append(event) } }

  func makeManager() -> RefreshManager {
    RefreshManager(
      store: store, runner: runner, snaps: self, configuration: self,
      surroundings: RefreshSurroundings(
        zone: { _ in 0 }, random: { $0 / 2 }, isMetered: { self.with { $0.isMetered } },
        report: { problem in self.with { $0.problems.append(problem) } }))
  }

  /// Ends the automatic update that is under way.
  func finish(_ outcomes: [RefreshOutcome]) throws {
    with { $0.outcomes = outcomes }
    try store.write { state in
      for change in state.unreadyChanges { state.setStatus(.done, ofChange: change.id) }
    }
  }

  // MARK: RefreshingSnaps

  func refreshable(in state: State) -> [RefreshableSnap] { with { $0.snaps } }
  func isInstalled(_ instance: InstanceName, in state: State) -> Bool {
    with { $0.snaps.contains { $0.instance == instance } }
  }
  func hasStore() -> Bool { true }
  func canManageRefreshes() -> Bool { with { $0.canManage } }

  func findUpdates(
    of names: Set<InstanceName>?, reason: RefreshReason, withMetadata: Bool
  ) throws -> any FoundUpdates {
    note("asked")
    if let failure = with({ $0.failure }) { throw failure }
    return Found(scene: self, updates: with { $0.updates }.filter { names?.contains($0.instance) ?? true })
  }

  func busy(_ instance: InstanceName, longest: Duration) throws -> BusySnap? {
    with { inner in
      guard let apps = inner.busy[instance] else { return nil }
      let since = inner.since[instance] ?? inner.now
      guard inner.now - since < longest else { return nil }
      return BusySnap(instance: instance, apps: apps, timeRemaining: since + longest - inner.now)
    }
  }

  func inhibit(_ instance: InstanceName, longest: Duration) throws -> BusySnap? {
    with { inner in if inner.busy[instance] != nil { inner.since[instance] = inner.since[instance] ?? inner.now } }
    return try busy(instance, longest: longest)
  }

  func preDownload(_ instance: InstanceName, _ revision: Revision, in context: TaskContext) async throws {
    note("download \(instance) \(revision)")
  }
  func tellPending(_ busy: BusySnap) { note("pending \(busy.instance) \(busy.timeRemaining.components.seconds)") }
  func tellFinished(_ instance: InstanceName) { note("finished \(instance)") }
  func gating(_ updates: [AvailableUpdate], in state: State) -> [InstanceName: [InstanceName]] {
    with { inner in
      Dictionary(uniqueKeysWithValues: inner.gates.map { ($0, updates.map(\.instance)) })
    }
  }
  func addGate(of instance: InstanceName, to change: ChangeID, in state: inout State) throws -> TaskID {
    state.newTask(GateHook.self, input: instance, summary: "Gate", in: change)
  }
  func outcomes(of change: ChangeID, in state: State) -> [RefreshOutcome] { with { $0.outcomes } }

  // MARK: RefreshConfiguration

  func settings(in state: State) -> RefreshSettings { with { $0.settings } }
  func forgetHold(in state: inout State) {
    with { $0.settings.hold = nil }
    note("hold forgotten")
  }

  struct Found: FoundUpdates {
    let scene: Scene
    let updates: [AvailableUpdate]

    func addition(
      of chosen: [InstanceName], to change: ChangeID
    ) throws -> (@Sendable (inout State) throws -> Void)? {
      scene.note("added " + chosen.map(\.description).joined(separator: " "))
      return chosen.isEmpty ? nil : { @Sendable _ in }
    }

    func start(
      _ chosen: [InstanceName], _ start: RefreshStart,
      with mutation: @escaping @Sendable (inout State, ChangeID) -> Void
    ) throws -> ChangeID? {
      let summary = start.summary(chosen)
      scene.note(summary)
      return try scene.store.write { state in
        let change = state.newChange(kind: start.kind, summary: summary)
        // Something that nobody does here.
        _ = state.newTask(kind: "test-update", inputJSON: "{}", summary: "Update", in: change)
        mutation(&state, change)
        return change
      }
    }
  }
}

extension InstanceName {
  init(test text: String) {
    guard let name = try? InstanceName(text) else { preconditionFailure("bad name in a test: \(text)") }
    self = name
  }
}

extension RefreshableSnap {
  init(test name: String, _ revision: UInt32 = 1) {
    self.init(
      instance: InstanceName(test: name), snapID: name + "-id", revision: .store(revision), type: .app, base: "core")
  }
}

extension AvailableUpdate {
  init(test name: String, _ revision: UInt32 = 2, size: Int64 = 1000, deltaSize: Int64? = nil, metadata: String? = nil)
  {
    self.init(
      instance: InstanceName(test: name), snapID: name + "-id", revision: .store(revision), version: "\(revision).0",
      type: .app, channel: "latest/stable", size: size, deltaSize: deltaSize,
      publisher: Publisher(id: "dev-2", username: "dev"), metadata: metadata)
  }
}
