internal import State
internal import Time

/// When the next automatic update is due, as far as the schedule says; kept in memory, as the random moment of a window
/// is drawn once. Source: `spec/engine.md` §5 and the reference's order of checks.
struct RefreshSchedule: Sendable {
  /// What decides about the next time.
  struct Inputs {
    var now: Timestamp
    var settings: RefreshSettings
    var times: RefreshTimes
    var zone: ZoneOffset
    /// A number from 0 to below its argument.
    var random: (Int64) -> Int64
  }

  /// Nil until it is computed, and after an attempt.
  private(set) var next: Timestamp?
  private(set) var lastAttempt: Timestamp?
  private var timer: RefreshSettings.Timer?

  /// When it is tried: what is due is not, soon after an attempt that failed.
  var nextAttempt: Timestamp? {
    next.map { next in lastAttempt.map { max(next, $0 + RefreshLimits.retryDelay) } ?? next }
  }

  /// Computes the next time if need be.
  mutating func update(_ inputs: Inputs) throws(Schedule.Invalid) {
    if timer != inputs.settings.timer { next = nil }
    timer = inputs.settings.timer
    guard let schedule = try inputs.settings.timer.schedule() else {
      next = nil
      return
    }
    if next == nil { next = Self.time(schedule, inputs) }
  }

  /// The hold that is effective: what people said, or that the system is new.
  static func hold(_ inputs: Inputs) -> HoldTime? {
    if let hold = inputs.settings.hold { return hold }
    guard inputs.times.lastRefresh == nil, let first = inputs.times.firstStart else { return nil }
    let end = first + RefreshLimits.newSystemHold
    return end > inputs.now ? .until(end) : nil
  }

  private static func time(_ schedule: Schedule, _ inputs: Inputs) -> Timestamp {
    // A system that has never looked does so at once (when nothing holds it).
    guard let last = inputs.times.lastRefresh else { return inputs.now }
    return time(schedule, after: last, inputs)
  }

  private static func time(_ schedule: Schedule, after last: Timestamp, _ inputs: Inputs) -> Timestamp {
    let latest = last + RefreshLimits.longestPostponement
    guard let window = schedule.window(after: last, now: inputs.now, zone: inputs.zone), window.start < latest else {
      return max(latest, inputs.now)
    }
    guard window.start > inputs.now else { return inputs.now }
    guard window.isSpread else { return window.start }
    // The last five minutes are left out, so that two updates are not next to each other.
    let length = window.end.seconds - window.start.seconds
    let room = length > 300 ? length - 300 : length
    return room > 0 ? window.start + .seconds(inputs.random(room)) : window.start
  }

  /// What is to be done now.
  enum Decision: Equatable {
    case wait
    /// Held by somebody.
    case held
    /// The hold is over: it is to be forgotten.
    case forgetHold
    case attempt
  }

  /// After ``update(_:)``.
  mutating func decide(_ inputs: Inputs) throws(Schedule.Invalid) -> Decision {
    guard var due = next else { return .wait }
    var forgets = false
    switch Self.hold(inputs) {
    case .forever: return .held
    case .until(let end) where end > inputs.now: return .held
    case .until(let end):
      forgets = inputs.settings.hold != nil
      if due < end, let schedule = try inputs.settings.timer.schedule() {
        due = Self.time(schedule, after: end, inputs)
        next = due
      }
    case nil: break
    }
    if forgets { return .forgetHold }
    guard due <= inputs.now, let attempt = nextAttempt, attempt <= inputs.now else { return .wait }
    return .attempt
  }

  /// An attempt is made.
  mutating func attempt(at now: Timestamp) { lastAttempt = now }

  /// The attempt is over; after a failure of the network the time stays, so that it is tried again soon.
  mutating func attempted(networkFailed: Bool) {
    if !networkFailed { next = nil }
  }

  /// It is not to happen now (the connection is metered): another time is found, counted from now.
  mutating func pass() { next = nil }
}
