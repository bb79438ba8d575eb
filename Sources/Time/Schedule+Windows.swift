extension Schedule {
  /// A span of time in which something is to happen once: at its beginning, or at any moment of it.
  public struct Window: Hashable, Sendable {
    public var start: Timestamp
    public var end: Timestamp
    /// Whether any moment will do (`~`), rather than the start.
    public var isSpread: Bool

    public init(start: Timestamp, end: Timestamp, isSpread: Bool) {
      self.start = start
      self.end = end
      self.isSpread = isSpread
    }
  }

  /// The first part of the schedule that is not over and in which what happened last did not happen yet. Source: the
  /// reference's rules for `refresh.timer` (`spec/engine.md` §5).
  ///
  /// - Parameters:
  ///   - last: when it happened last.
  ///   - now: parts that end before are over.
  /// - Returns: `nil` when there is none within a year.
  public func window(after last: Timestamp, now: Timestamp, zone: ZoneOffset) -> Window? {
    let first = Schedule.day(of: min(last.seconds, now.seconds) + zone(min(last.seconds, now.seconds)))
    // What is long over need not be walked through.
    let today = Schedule.day(of: now.seconds + zone(now.seconds))
    var best: Window?
    for day in (max(first, today - 2) - 1)...(max(today, Schedule.day(of: last.seconds)) + 366) {
      if let best, best.start.seconds < Schedule.instant(local: (day - 1) * 86400, zone: zone) { break }
      for event in events where event.days.isEmpty || event.days.contains(where: { $0.contains(day: day) }) {
        for candidate in Schedule.windows(of: event, on: day, zone: zone) {
          guard candidate.end.seconds >= now.seconds else { continue }
          guard !(candidate.start.seconds <= last.seconds && last.seconds <= candidate.end.seconds) else { continue }
          guard candidate.start.seconds > last.seconds else { continue }
          if best.map({ candidate.start.seconds < $0.start.seconds }) ?? true { best = candidate }
        }
      }
    }
    return best
  }

  private static func windows(of event: Event, on day: Int64, zone: ZoneOffset) -> [Window] {
    func moment(_ minute: Int) -> Timestamp {
      Timestamp(seconds: instant(local: day * 86400 + Int64(minute) * 60, zone: zone))
    }
    guard !event.times.isEmpty else { return [Window(start: moment(0), end: moment(0), isSpread: false)] }
    return event.times.flatMap { span in
      span.parts.map {
        Window(start: moment($0.lowerBound), end: moment($0.upperBound), isSpread: span.isSpread)
      }
    }
  }
}
