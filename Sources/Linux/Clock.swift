internal import Glibc

/// What time it is, and waiting for it.
public enum Clock {
  /// The time since 1970.
  public static func realTime() -> (seconds: Int64, nanoseconds: Int32) {
    var now = timespec()
    clock_gettime(CLOCK_REALTIME, &now)
    return (Int64(now.tv_sec), Int32(now.tv_nsec))
  }

  /// Nanoseconds of a clock that nobody sets.
  public static func nanoseconds() -> Int64 {
    var now = timespec()
    clock_gettime(CLOCK_MONOTONIC, &now)
    return Int64(now.tv_sec) * 1_000_000_000 + Int64(now.tv_nsec)
  }

  /// Milliseconds of the same clock.
  public static func milliseconds() -> Int { Int(nanoseconds() / 1_000_000) }

  /// Waits for a signal that is blocked.
  ///
  /// - Returns: whether it came.
  public static func wait(for signal: Int32, milliseconds: Int) -> Bool {
    var time = timespec(tv_sec: milliseconds / 1000, tv_nsec: milliseconds % 1000 * 1_000_000)
    var set = sigset_t()
    sigemptyset(&set)
    sigaddset(&set, signal)
    return sigtimedwait(&set, nil, &time) == signal
  }
}
