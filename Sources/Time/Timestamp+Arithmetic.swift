extension Timestamp {
  /// - Parameter nanosecondsSinceEpoch: since 1970-01-01 UTC.
  public init(nanosecondsSinceEpoch: Int64) {
    let (seconds, rest) = nanosecondsSinceEpoch.quotientAndRemainder(dividingBy: 1_000_000_000)
    self.init(seconds: rest < 0 ? seconds - 1 : seconds, nanoseconds: Int32(rest < 0 ? rest + 1_000_000_000 : rest))
  }

  /// Since 1970-01-01 UTC; clamped to what 64 bits hold, the years 1678 to 2261.
  public var nanosecondsSinceEpoch: Int64 {
    (Duration.seconds(seconds) + .nanoseconds(Int64(nanoseconds))).nanoseconds
  }

  /// The moment so much later; stops at the ends of what ``nanosecondsSinceEpoch`` can say.
  public static func + (time: Timestamp, duration: Duration) -> Timestamp {
    let (sum, over) = time.nanosecondsSinceEpoch.addingReportingOverflow(duration.nanoseconds)
    return Timestamp(nanosecondsSinceEpoch: over ? (duration < .zero ? .min : .max) : sum)
  }
  /// The moment so much earlier.
  public static func - (time: Timestamp, duration: Duration) -> Timestamp { time + (.zero - duration) }
  /// How much later `left` is.
  public static func - (left: Timestamp, right: Timestamp) -> Duration {
    .seconds(left.seconds) - .seconds(right.seconds) + .nanoseconds(Int64(left.nanoseconds - right.nanoseconds))
  }
}

extension Duration {
  /// The whole of it in nanoseconds, clamped to what 64 bits hold (292 years).
  public var nanoseconds: Int64 {
    let (seconds, attoseconds) = components
    let (scaled, over) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
    let (sum, overSum) = scaled.addingReportingOverflow(attoseconds / 1_000_000_000)
    return over || overSum ? (seconds < 0 ? .min : .max) : sum
  }
}
