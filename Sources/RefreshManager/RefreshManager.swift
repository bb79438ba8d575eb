public import State
internal import Synchronization
public import Time

/// Owns updates that nobody asks for: when they are made, what holds them, what failed.
///
/// ``ensure()`` is called every few seconds; it asks stores, so it blocks, and it is called by one thread at a time. What
/// it finds to be due it does, and says nothing when it is not.
public final class RefreshManager: Sendable {
  let store: StateStore
  /// Not owned: it owns the handlers, and they this manager.
  unowned let runner: TaskRunner
  let snaps: any RefreshingSnaps
  let configuration: any RefreshConfiguration
  let surroundings: RefreshSurroundings
  /// Nil where there is nobody to ask.
  let catalogue: CatalogueFiles?

  private struct Progress {
    var schedule = RefreshSchedule()
    var isWorking = false
  }
  private let progress = Mutex(Progress())

  /// - Parameters:
  ///   - runner: gets the task kinds of this manager.
  ///   - catalogue: where the catalogue of the stores is kept; nil for not at all.
  public init(
    store: StateStore, runner: TaskRunner, snaps: any RefreshingSnaps, configuration: any RefreshConfiguration,
    surroundings: RefreshSurroundings, catalogue: CatalogueFiles? = nil
  ) {
    self.store = store
    self.runner = runner
    self.snaps = snaps
    self.configuration = configuration
    self.surroundings = surroundings
    self.catalogue = catalogue
    runner.register(PreDownloadSnap(manager: self))
    runner.register(ConditionalAutoRefresh(manager: self))
  }

  /// Decodes all records of updates, so that one that doesn't is found at start.
  public static func verify(_ store: StateStore) throws {
    try store.verify(RecordKind<RefreshTimes>.refreshTimes)
    try store.verify(RecordKind<RefreshCandidate>.refreshCandidates)
    try store.verify(RecordKind<RefreshFailure>.refreshFailures)
    try store.verify(RecordKind<[String: RefreshHold]>.holds)
  }

  /// Remembers when the system was first there.
  public func startUp() throws {
    guard store.read({ $0.refreshTimes.firstStart }) == nil else { return }
    try store.write { state in state.refreshTimes.firstStart = state.now }
  }

  /// Does what is due: takes in what became of earlier updates, carries on with snaps whose apps have been closed, looks
  /// for updates by the schedule, asks what there is once a day, fetches the catalogue.
  public func ensure() {
    exclusively {
      attempt("take in finished updates") { try settleFinished() }
      guard snaps.hasStore(), !settings.isOffline else { return }
      attempt("continue updates of closed apps") { try continueInhibited() }
      attempt("update snaps") { try refreshIfDue() }
      attempt("ask for updates") { try askIfDue() }
      attempt("fetch the catalogue") { try fetchCatalogueIfDue() }
    }
  }

  /// Updates now, whatever the schedule and earlier attempts say; what holds updates still does, but for the pause of a
  /// new system. For tests and whoever looks after a machine (`/v2/debug`, action `ensure-refresh`).
  ///
  /// - Throws: what kept it from looking.
  public func refreshNow() throws {
    try exclusively {
      try settleFinished()
      guard snaps.hasStore(), !settings.isOffline else { return }
      try continueInhibited()
      guard !isRefreshing else { return }
      let now = store.read { $0.now }
      if let hold = settings.hold?.timestamp, hold > now { return }
      if settings.holdsWhenMetered, surroundings.isMetered() { return }
      try refresh()
    }
  }

  /// What is said of automatic updates to people.
  public struct Summary: Equatable, Sendable {
    public var timer: RefreshSettings.Timer
    public var last: Timestamp?
    public var next: Timestamp?
    public var hold: HoldTime?
  }

  /// When updates are made and what holds all of them: `snap refresh --time`.
  public var summary: Summary {
    let inputs = self.inputs
    let next = progress.withLock { progress -> Timestamp? in
      try? progress.schedule.update(inputs)
      return progress.schedule.next
    }
    return Summary(
      timer: inputs.settings.timer, last: inputs.times.lastRefresh, next: next, hold: RefreshSchedule.hold(inputs))
  }

  // MARK: What decides

  var settings: RefreshSettings {
    store.read { state in
      var settings = configuration.settings(in: state)
      // Who may no longer manage does not keep the system from being updated.
      if settings.timer == .managed, !snaps.canManageRefreshes() { settings.timer = .preset }
      return settings
    }
  }

  private var inputs: RefreshSchedule.Inputs {
    let (now, times) = store.read { ($0.now, $0.refreshTimes) }
    return RefreshSchedule.Inputs(
      now: now, settings: settings, times: times, zone: surroundings.zone, random: surroundings.random)
  }

  /// Whether an automatic update is under way.
  var isRefreshing: Bool {
    store.read { state in state.unreadyChanges.contains { $0.kind == Self.changeKind } }
  }

  static let changeKind = "auto-refresh"

  private func refreshIfDue() throws {
    let inputs = self.inputs
    guard !isRefreshing else { return }
    let decision = try progress.withLock { progress in
      try progress.schedule.update(inputs)
      return try progress.schedule.decide(inputs)
    }
    switch decision {
    case .wait, .held: return
    case .forgetHold: try store.write { configuration.forgetHold(in: &$0) }
    case .attempt:
      if inputs.settings.holdsWhenMetered, surroundings.isMetered(), !isOverdue(inputs) {
        progress.withLock { $0.schedule.pass() }
        return
      }
      progress.withLock { $0.schedule.attempt(at: inputs.now) }
      do {
        try refresh()
        progress.withLock { $0.schedule.attempted(networkFailed: false) }
      } catch {
        progress.withLock { $0.schedule.attempted(networkFailed: error is RefreshNetworkError) }
        throw error
      }
    }
  }

  private func isOverdue(_ inputs: RefreshSchedule.Inputs) -> Bool {
    guard let last = inputs.times.lastRefresh else { return false }
    return last + RefreshLimits.longestPostponement < inputs.now
  }

  // MARK: One at a time

  private func exclusively(_ body: () throws -> Void) rethrows {
    let isFree = progress.withLock { progress in
      guard !progress.isWorking else { return false }
      progress.isWorking = true
      return true
    }
    guard isFree else { return }
    defer { progress.withLock { $0.isWorking = false } }
    try body()
  }

  private func attempt(_ what: StaticString, _ body: () throws -> Void) {
    do { try body() } catch { surroundings.report("cannot \(what): \(error)") }
  }
}
