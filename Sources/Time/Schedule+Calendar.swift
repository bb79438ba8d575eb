extension Schedule {
  /// The schedule as systemd's calendar events (systemd.time(7), `OnCalendar=`), in the form of the reference's timer
  /// units: `Mon,Tue *-*-* 10:00`.
  ///
  /// Spans that begin in one week of a month (`mon1-tue`) cannot be said exactly: their events come on some days too
  /// many, and whoever is started looks at the schedule again (``contains(_:zone:)``).
  /// - Parameter seed: what random moments (`~`) are made from.
  public func calendar(seed: UInt64) -> [String] {
    var texts: [String] = []
    var seen: Set<String> = []
    for moment in moments(seed: seed) {
      let shift = moment.minute / 1440
      let minute = moment.minute % 1440
      var days: [String] = []
      for span in moment.days { days += span.calendar(shift: shift) }
      if days.isEmpty { days = ["*-*-*"] }
      for day in days {
        // Days alone mean their midnight, which goes without saying.
        let text =
          moment.isWholeDay ? day : "\(day) \(Self.digits(minute / 60)):\(Self.digits(minute % 60))"
        if seen.insert(text).inserted { texts.append(text) }
      }
    }
    return texts
  }

  private static func digits(_ number: Int) -> String { number < 10 ? "0\(number)" : String(number) }
}

extension Schedule.DaySpan {
  /// - Parameter shift: how many days later.
  fileprivate func calendar(shift: Int) -> [String] {
    let names = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
    let length = Int(length)
    let weekdays = (0...min(length, 6)).map { names[(start.day + $0 + shift) % 7] }.joined(separator: ",")
    guard let week = start.week else { return ["\(weekdays) *-*-*"] }
    if week == 5 {
      // `~07/1`: the last seven days of the month.
      let over = length + shift
      return ["\(weekdays) *-*~07/1"] + (over > 0 ? ["\(weekdays) *-*-\(Self.days(1, over))"] : [])
    }
    let first = 7 * (week - 1) + 1 + shift
    let last = 7 * week + length + shift
    // The shortest month has 28 days: what is more may be in the next one.
    guard last > 28 else { return ["\(weekdays) *-*-\(Self.days(first, last))"] }
    return ["\(weekdays) *-*-\(Self.days(first, 31))", "\(weekdays) *-*-\(Self.days(1, last - 28))"]
  }

  private static func days(_ first: Int, _ last: Int) -> String { first == last ? "\(first)" : "\(first)..\(last)" }
}
