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

  private let schedule = Mutex(RefreshSchedule())
  /// Held by who asks and updates, for as long as that takes.
  private let work = Mutex(())

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
    // Somebody is at it: there is a next time.
    _ = work.withLockIfAvailable { _ in
      attempt("take in finished updates") { try settleFinished() }
      guard snaps.hasStore(), !settings.isOffline else { return }
      attempt("continue updates of closed apps") { try continueInhibited() }
      attempt("update snaps") { try refreshIfDue() }
      attempt("ask for updates") { try askIfDue() }
      attempt("fetch the catalogue") { try fetchCatalogueIfDue() }
    }
  }

  /// Updates now, whatever the schedule and earlier attempts say; what holds updates still does, but for the pause of a
  /// new system. It takes the place of the next time by the schedule, also of one that was due already. For tests and
  /// whoever looks after a machine (`/v2/debug`, action `ensure-refresh`).
  ///
  /// - Throws: what kept it from looking.
  public func refreshNow() throws {
    try work.withLock { _ in
      try settleFinished()
      guard snaps.hasStore(), !settings.isOffline else { return }
      try continueInhibited()
      guard !isRefreshing else { return }
      let now = store.read { $0.now }
      if let hold = settings.hold?.timestamp, hold > now { return }
      if settings.holdsWhenMetered, surroundings.isMetered() { return }
      do {
        try refresh()
        schedule.withLock { $0.attempted(networkFailed: false) }
      } catch {
        let isOfNetwork = error is RefreshNetworkError
        schedule.withLock { schedule in
          if isOfNetwork { schedule.attempt(at: now) }
          schedule.attempted(networkFailed: isOfNetwork)
        }
        throw error
      }
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
    let next = schedule.withLock { schedule -> Timestamp? in
      try? schedule.update(inputs)
      return schedule.nextAttempt
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
    let decision = try schedule.withLock { schedule in
      try schedule.update(inputs)
      return try schedule.decide(inputs)
    }
    switch decision {
    case .wait, .held: return
    case .forgetHold: try store.write { configuration.forgetHold(in: &$0) }
    case .attempt:
      if inputs.settings.holdsWhenMetered, surroundings.isMetered(), !isOverdue(inputs) {
        schedule.withLock { $0.pass() }
        return
      }
      schedule.withLock { $0.attempt(at: inputs.now) }
      do {
        try refresh()
        schedule.withLock { $0.attempted(networkFailed: false) }
      } catch {
        schedule.withLock { $0.attempted(networkFailed: error is RefreshNetworkError) }
        throw error
      }
    }
  }

  private func isOverdue(_ inputs: RefreshSchedule.Inputs) -> Bool {
    guard let last = inputs.times.lastRefresh else { return false }
    return last + RefreshLimits.longestPostponement < inputs.now
  }

  private func attempt(_ what: StaticString, _ body: () throws -> Void) {
    do { try body() } catch { surroundings.report("cannot \(what): \(error)") }
  }
}
