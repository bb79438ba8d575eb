/// A zone: how many seconds its clocks are ahead of UTC at an instant (seconds since 1970).
public typealias ZoneOffset = (_ seconds: Int64) -> Int64

extension Schedule {
  /// How late something that was started at a time of the schedule may still be: systemd fires within a minute
  /// (systemd.timer(5), `AccuracySec=`), and a start takes time.
  public static let grace = Duration.seconds(120)

  /// A minute on some days: what a schedule comes down to.
  struct Moment: Hashable {
    var days: [DaySpan]
    /// After the midnight that the day begins with; 1440 and more is on the next day.
    var minute: Int
    /// No time was given: the midnight of the day.
    var isWholeDay = false
  }

  /// All moments, those of an event in their order.
  ///
  /// A part with any moment (`~`) has the same one every time: a unit that says it never changes by itself, and both
  /// hosts fire alike. The last five minutes of a longer part are left out, so that two firings are not next to each
  /// other.
  /// - Parameter seed: what the random moments are made from.
  func moments(seed: UInt64) -> [Moment] {
    var generator = SplitMix(state: seed)
    return events.flatMap { event -> [Moment] in
      guard !event.times.isEmpty else { return [Moment(days: event.days, minute: 0, isWholeDay: true)] }
      var minutes: [Int] = []
      var seen: Set<Int> = []
      for span in event.times {
        for part in span.parts {
          let room = part.count > 5 ? part.count - 5 : part.count
          let minute = part.lowerBound + (span.isSpread && room > 0 ? Int(generator.next() % UInt64(room)) : 0)
          if seen.insert(minute).inserted { minutes.append(minute) }
        }
      }
      return minutes.map { Moment(days: event.days, minute: $0) }
    }
  }

  /// The first moment after another.
  /// - Parameters:
  ///   - seed: what random moments (`~`) are made from: the same seed, the same moments.
  ///   - zone: that the schedule's days and times are in.
  /// - Returns: `nil` when there is none within a year.
  public func next(after time: Timestamp, seed: UInt64, zone: ZoneOffset) -> Timestamp? {
    let moments = moments(seed: seed)
    let today = Schedule.day(of: time.seconds + zone(time.seconds))
    var best: Int64?
    // A moment may be one day after its day; the clock may be put back by hours.
    // A moment may be on the day after its own, and clocks are put back.
    for day in (today - 2)...(today + 366) {
      if let found = best, found + zone(found) < (day - 1) * 86400 { break }
      for moment in moments where moment.days.isEmpty || moment.days.contains(where: { $0.contains(day: day) }) {
        let candidate = Schedule.instant(local: day * 86400 + Int64(moment.minute) * 60, zone: zone)
        if candidate > time.seconds { best = min(best ?? candidate, candidate) }
      }
    }
    return best.map { Timestamp(seconds: $0) }
  }

  /// Whether an instant lies in the schedule: on a day of an event and within one of its times, or at most ``grace``
  /// after it. For what was started because of the schedule and checks once more.
  public func contains(_ time: Timestamp, zone: ZoneOffset) -> Bool {
    let local = time.seconds + zone(time.seconds)
    let today = Schedule.day(of: local)
    return events.contains { event in
      ((today - 2)...today).contains { day in
        guard event.days.isEmpty || event.days.contains(where: { $0.contains(day: day) }) else { return false }
        let since = local - day * 86400
        // Days alone are whole days.
        guard !event.times.isEmpty else { return day == today }
        return event.times.contains { span in
          let range = span.range
          let end = Int64(range.upperBound) * 60 + Schedule.grace.components.seconds
          return Int64(range.lowerBound) * 60 <= since && since <= end
        }
      }
    }
  }

  /// The day of a local time, counted from 1970-01-01.
  static func day(of local: Int64) -> Int64 { (local >= 0 ? local : local - 86399) / 86400 }

  /// The instant at which clocks show a time. Of two that show it, one; a time that is skipped is moved by what was
  /// skipped.
  static func instant(local: Int64, zone: ZoneOffset) -> Int64 {
    let first = local - zone(local)
    let offset = zone(first)
    return local - offset
  }

  /// Numbers that look random and are always the same (Steele, Lea, Flood 2014).
  struct SplitMix {
    var state: UInt64

    mutating func next() -> UInt64 {
      state &+= 0x9E37_79B9_7F4A_7C15
      var value = state
      value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
      value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
      return value ^ (value >> 31)
    }
  }
}

extension Schedule.TimeSpan {
  /// Minutes after the midnight of its day; ends on the next day if it must.
  var range: ClosedRange<Int> { start...(end < start ? end + 1440 : end) }

  /// The parts that it is cut into.
  var parts: [Range<Int>] {
    let length = range.upperBound - range.lowerBound
    guard length > 0 else { return [start..<start] }
    return (0..<split).map { (start + $0 * length / split)..<(start + ($0 + 1) * length / split) }
  }
}

extension Schedule.DaySpan {
  /// How many days follow the first one.
  var length: Int64 {
    if start == end { return 0 }
    let days = Int64((end.day - start.day + 7) % 7)
    guard let week = start.week else { return days }
    // `mon1-mon` ends a week later, `mon1-fri2` on the Friday of the week after.
    guard let last = end.week else { return days == 0 ? 7 : days }
    return days + 7 * Int64(last - week)
  }

  /// - Parameter day: counted from 1970-01-01.
  func contains(day: Int64) -> Bool {
    guard let week = start.week else {
      return (Schedule.weekday(of: day) - start.day + 7) % 7 <= Int(length)
    }
    let date = CivilTime(seconds: day * 86400)
    // It may have begun in the month before.
    let before = date.month == 1 ? (date.year - 1, 12) : (date.year, date.month - 1)
    return [(date.year, date.month), before].contains { year, month in
      let first = Schedule.day(start.day, week: week, month: month, of: year)
      return first <= day && day <= first + length
    }
  }
}

extension Schedule {
  /// 0 is Sunday; 1970 began on a Thursday.
  static func weekday(of day: Int64) -> Int { Int(((day + 4) % 7 + 7) % 7) }

  /// The first, second, … or last weekday of a month.
  fileprivate static func day(_ weekday: Int, week: Int, month: Int64, of year: Int64) -> Int64 {
    let first = CivilTime.daysSinceEpoch(year: year, month: month, day: 1)
    let offset = Int64((weekday - Self.weekday(of: first) + 7) % 7)
    guard week == 5 else { return first + offset + 7 * Int64(week - 1) }
    let count = CivilTime.days(inMonth: month, of: year)
    return first + offset + (count - 1 - offset) / 7 * 7
  }
}
