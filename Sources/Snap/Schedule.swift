/// When a timer fires: `mon-fri,9:00-11:00/2,,sat1,10:00~12:00`. Grammar: `spec/engine.md` §5.
///
/// Events are separated by `,,`; each is a list of weekdays and of times, in this order.
public struct Schedule: Hashable, Sendable {
  /// A day, of every week or of one week of the month.
  public struct Weekday: Hashable, Sendable {
    /// 0 is Sunday.
    public var day: Int
    /// 1 to 4, or 5 for the last of the month.
    public var week: Int?
  }
  /// Days from one to another, both included.
  public struct DaySpan: Hashable, Sendable {
    public var start: Weekday
    public var end: Weekday
  }
  /// Times from one to another, in minutes after midnight; an end before the start is on the next day.
  public struct TimeSpan: Hashable, Sendable {
    public var start: Int
    public var end: Int
    /// Into how many equal parts it is cut; the timer fires in each.
    public var split = 1
    /// Whether any moment of a part will do (`~`), rather than its start (`-`).
    public var isSpread = false
  }
  /// Days and the times of these days.
  public struct Event: Hashable, Sendable {
    /// Every day when empty.
    public var days: [DaySpan] = []
    /// Midnight when empty.
    public var times: [TimeSpan] = []
  }

  public var events: [Event] = []

  /// - Throws: ``InvalidText``: `cannot parse "…": …`.
  public init(_ text: String) throws(InvalidText) {
    guard text.utf8.count <= 4096 else { throw Schedule.invalid(text, "too long") }
    for event in Schedule.split(text, at: ",,") { events.append(try Event(event)) }
  }

  fileprivate static func invalid(_ text: String, _ why: String) -> InvalidText {
    InvalidText("cannot parse \(InvalidText.quote(text)): \(why)")
  }

  private static func split(_ text: String, at separator: String) -> [String] {
    var parts: [String] = []
    var part: [UInt8] = []
    var rest = Array(text.utf8)[...]
    let bytes = Array(separator.utf8)
    while let byte = rest.first {
      if rest.starts(with: bytes) {
        parts.append(String(decoding: part, as: UTF8.self))
        part = []
        rest = rest.dropFirst(bytes.count)
      } else {
        part.append(byte)
        rest = rest.dropFirst()
      }
    }
    return parts + [String(decoding: part, as: UTF8.self)]
  }
}

extension Schedule.Event {
  fileprivate init(_ text: String) throws(InvalidText) {
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      let fragment = String(part)
      guard !fragment.isEmpty else { throw Schedule.invalid(text, "not a valid fragment") }
      if fragment.contains(":") {
        times.append(try Schedule.TimeSpan(fragment))
      } else {
        guard times.isEmpty else { throw Schedule.invalid(fragment, "not a valid time") }
        days.append(try Schedule.DaySpan(fragment))
      }
    }
  }
}

extension Schedule.DaySpan {
  fileprivate init(_ text: String) throws(InvalidText) {
    let ends = text.split(separator: "-", omittingEmptySubsequences: false).map(String.init)
    guard ends.count <= 2, let first = ends.first, let last = ends.last else {
      throw Schedule.invalid(text, "not a valid weekday span")
    }
    start = try Schedule.Weekday(first)
    end = try Schedule.Weekday(last)
    // `mon1-tue` is the Tuesday after; the other way round says nothing, and two weeks need order.
    if let week = end.week, ends.count == 2 {
      guard let from = start.week, from <= week else { throw Schedule.invalid(text, "not a valid weekday span") }
    }
  }
}

extension Schedule.Weekday {
  fileprivate init(_ text: String) throws(InvalidText) {
    guard let day = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"].firstIndex(of: String(text.prefix(3))) else {
      throw Schedule.invalid(text, "not a valid weekday")
    }
    self.day = day
    let rest = text.utf8.dropFirst(3)
    guard let digit = rest.first else { return }
    guard rest.count == 1, (UInt8(ascii: "1")...UInt8(ascii: "5")).contains(digit) else {
      throw Schedule.invalid(text, "not a valid weekday")
    }
    week = Int(digit - UInt8(ascii: "0"))
  }
}

extension Schedule.TimeSpan {
  fileprivate init(_ text: String) throws(InvalidText) {
    let invalid = Schedule.invalid(text, "not a valid interval")
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count <= 2 else { throw invalid }
    let span = parts[0]
    isSpread = span.contains("~")
    let ends = span.split(separator: isSpread ? "~" : "-", omittingEmptySubsequences: false).map(String.init)
    guard ends.count <= 2 else { throw invalid }
    start = try Schedule.TimeSpan.minutes(ends[0])
    end = ends.count == 2 ? try Schedule.TimeSpan.minutes(ends[1]) : start
    guard parts.count == 2 else { return }
    // A day has no more parts than minutes.
    guard parts[1].utf8.allSatisfy(Characters.isDigit), let count = Int(parts[1]), (1...1440).contains(count) else {
      throw invalid
    }
    split = count
  }

  /// `9:00`, `09:00`, `24:00`.
  private static func minutes(_ text: String) throws(InvalidText) -> Int {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 2, (1...2).contains(parts[0].utf8.count), parts[1].utf8.count == 2,
      parts.allSatisfy({ $0.utf8.allSatisfy(Characters.isDigit) }), let hour = Int(parts[0]),
      let minute = Int(parts[1]), hour < 24 && minute < 60 || hour == 24 && minute == 0
    else { throw Schedule.invalid(text, "not a valid time") }
    return hour * 60 + minute
  }
}
