internal import ByteText

/// When a timer fires: `mon-fri,9:00-11:00/2,,sat1,10:00~12:00`. Grammar: `spec/engine.md` §5.
///
/// Events are separated by `,,`; each is a list of weekdays and of times, in this order.
public struct Schedule: Hashable, Sendable {
  /// A text that is no schedule, in one sentence: `cannot parse "…": …`.
  public struct Invalid: Error, Equatable, Sendable, CustomStringConvertible {
    public let description: String

    fileprivate init(_ text: String, _ why: String) { description = "cannot parse \(QuotedText.quote(text)): \(why)" }
  }

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

  /// - Throws: ``Invalid``, with the part that is wrong.
  public init(_ text: String) throws(Invalid) {
    guard text.utf8.count <= 4096 else { throw Invalid(text, "too long") }
    var rest = text[...]
    while let comma = rest.firstDoubleComma {
      events.append(try Event(String(rest[..<comma])))
      rest = rest[rest.utf8.index(comma, offsetBy: 2)...]
    }
    events.append(try Event(String(rest)))
  }
}

extension Substring {
  fileprivate var firstDoubleComma: Index? {
    utf8.indices.first { utf8[$0...].starts(with: ",,".utf8) }
  }
}

extension Schedule.Event {
  fileprivate init(_ text: String) throws(Schedule.Invalid) {
    for part in text.byteSplit(",", keepingEmpty: true) {
      let fragment = String(part)
      guard !fragment.isEmpty else { throw Schedule.Invalid(text, "not a valid fragment") }
      if fragment.hasByte(":") {
        times.append(try Schedule.TimeSpan(fragment))
      } else {
        guard times.isEmpty else { throw Schedule.Invalid(fragment, "not a valid time") }
        days.append(try Schedule.DaySpan(fragment))
      }
    }
  }
}

extension Schedule.DaySpan {
  fileprivate init(_ text: String) throws(Schedule.Invalid) {
    let ends = text.byteSplit("-", keepingEmpty: true).map(String.init)
    guard ends.count <= 2, let first = ends.first, let last = ends.last else {
      throw Schedule.Invalid(text, "not a valid weekday span")
    }
    start = try Schedule.Weekday(first)
    end = try Schedule.Weekday(last)
    // `mon1-tue` is the Tuesday after; the other way round says nothing, and two weeks need order.
    if let week = end.week, ends.count == 2 {
      guard let from = start.week, from <= week else { throw Schedule.Invalid(text, "not a valid weekday span") }
    }
  }
}

extension Schedule.Weekday {
  fileprivate init(_ text: String) throws(Schedule.Invalid) {
    let names = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"]
    guard let day = names.firstIndex(where: { text.utf8.starts(with: $0.utf8) }) else {
      throw Schedule.Invalid(text, "not a valid weekday")
    }
    self.day = day
    let rest = text.utf8.dropFirst(3)
    guard let digit = rest.first else { return }
    guard rest.count == 1, (UInt8(ascii: "1")...UInt8(ascii: "5")).contains(digit) else {
      throw Schedule.Invalid(text, "not a valid weekday")
    }
    week = Int(digit - UInt8(ascii: "0"))
  }
}

extension Schedule.TimeSpan {
  fileprivate init(_ text: String) throws(Schedule.Invalid) {
    let invalid = Schedule.Invalid(text, "not a valid interval")
    let parts = text.byteSplit("/", keepingEmpty: true)
    guard parts.count <= 2 else { throw invalid }
    isSpread = parts[0].hasByte("~")
    let ends = parts[0].byteSplit(isSpread ? "~" : "-", keepingEmpty: true).map(String.init)
    guard ends.count <= 2 else { throw invalid }
    start = try Schedule.TimeSpan.minutes(ends[0])
    end = ends.count == 2 ? try Schedule.TimeSpan.minutes(ends[1]) : start
    guard parts.count == 2 else { return }
    // A day has no more parts than minutes.
    guard let count = Schedule.number(parts[1]), (1...1440).contains(count) else { throw invalid }
    split = count
  }

  /// `9:00`, `09:00`, `24:00`.
  private static func minutes(_ text: String) throws(Schedule.Invalid) -> Int {
    let parts = text.byteSplit(":", keepingEmpty: true)
    guard parts.count == 2, (1...2).contains(parts[0].utf8.count), parts[1].utf8.count == 2,
      let hour = Schedule.number(parts[0]), let minute = Schedule.number(parts[1]),
      hour < 24 && minute < 60 || hour == 24 && minute == 0
    else { throw Schedule.Invalid(text, "not a valid time") }
    return hour * 60 + minute
  }
}

extension Schedule {
  /// Digits alone: no sign, no blank.
  fileprivate static func number(_ text: Substring) -> Int? {
    guard text.utf8.allSatisfy({ $0.isASCIIDigit }) else { return nil }
    return Int(text)
  }
}
