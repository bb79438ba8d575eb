internal import Glibc
public import Time

/// Where the engine gets the time from, so that tests decide what time it is and never wait.
public struct StateClock: Sendable {
  /// The wall clock.
  public var now: @Sendable () -> Timestamp
  /// Returns after so much time has passed; throws `CancellationError` when the task is cancelled.
  public var sleep: @Sendable (Duration) async throws -> Void

  public init(now: @escaping @Sendable () -> Timestamp, sleep: @escaping @Sendable (Duration) async throws -> Void) {
    self.now = now
    self.sleep = sleep
  }

  /// The machine's clock.
  public static let system = StateClock(
    now: {
      var time = timespec()
      clock_gettime(CLOCK_REALTIME, &time)
      return Timestamp(seconds: Int64(time.tv_sec), nanoseconds: Int32(time.tv_nsec))
    },
    sleep: { try await Task.sleep(for: $0) })
}
