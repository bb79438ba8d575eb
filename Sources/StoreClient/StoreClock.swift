internal import Glibc
internal import Linux

/// Asked now and then, on any thread, whether what is under way shall end.
public typealias IsCancelled = @Sendable () -> Bool

/// Time as the client sees it, so that tests need not wait.
public struct StoreClock: Sendable {
  /// Time since some moment; never goes back.
  public var now: @Sendable () -> Duration
  /// Waits so long, or until it is cancelled.
  public var wait: @Sendable (Duration, IsCancelled) -> Void

  public init(
    now: @escaping @Sendable () -> Duration, wait: @escaping @Sendable (Duration, IsCancelled) -> Void
  ) {
    (self.now, self.wait) = (now, wait)
  }

  /// The machine's.
  public static let system = StoreClock(
    now: { .nanoseconds(Clock.nanoseconds()) },
    wait: { duration, isCancelled in
      var left = duration
      while left > .zero, !isCancelled() {
        let slice = min(left, .milliseconds(100))
        var time = timespec(tv_sec: 0, tv_nsec: Int(slice.components.attoseconds / 1_000_000_000))
        nanosleep(&time, nil)
        left -= slice
      }
    })
}

/// How often and how long something is tried again. Source: `spec/assertions-and-store.md` §6, "Retry".
public struct RetryPolicy: Sendable {
  /// Tries in all.
  public var tries: Int
  /// After so long there is no other try.
  public var total: Duration
  /// Before the second try.
  public var first: Duration
  /// How much longer each wait is than the one before.
  public var factor: Double

  public init(tries: Int, total: Duration, first: Duration, factor: Double) {
    (self.tries, self.total, self.first, self.factor) = (tries, total, first, factor)
  }

  public static let standard = RetryPolicy(tries: 6, total: .seconds(38), first: .milliseconds(500), factor: 2.5)
  public static let download = RetryPolicy(tries: 7, total: .seconds(90), first: .milliseconds(500), factor: 2.5)
  /// For who waits for an answer that is not worth waiting long for: as often as connectivity is checked, and no try
  /// after a few seconds.
  public static let impatient = RetryPolicy(tries: 3, total: .seconds(5), first: .milliseconds(900), factor: 1.3)
  public static let connectivity = RetryPolicy(tries: 3, total: .seconds(38), first: .milliseconds(900), factor: 1.3)

  /// The tries that have been made, and whether there is another.
  struct Attempts {
    let policy: RetryPolicy
    let clock: StoreClock
    let start: Duration
    var wait: Duration
    var made = 1

    init(_ policy: RetryPolicy, _ clock: StoreClock) {
      (self.policy, self.clock) = (policy, clock)
      (start, wait) = (clock.now(), policy.first)
    }

    /// Waits for the next try; false when there is none.
    mutating func again(_ isCancelled: IsCancelled) -> Bool {
      guard made < policy.tries, clock.now() - start + wait <= policy.total, !isCancelled() else { return false }
      clock.wait(wait, isCancelled)
      made += 1
      wait = wait * policy.factor
      return !isCancelled()
    }
  }
}
