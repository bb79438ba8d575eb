import Snap
import Testing

/// The timers of services.
struct ScheduleTests {
  /// A schedule in one line.
  static func show(_ schedule: Schedule) -> String {
    func day(_ day: Schedule.Weekday) -> String { "\(day.day)" + (day.week.map { "@\($0)" } ?? "") }
    return schedule.events.map { event in
      let days = event.days.map { "\(day($0.start))..\(day($0.end))" }
      let times = event.times.map { "\($0.start)\($0.isSpread ? "~" : "-")\($0.end)/\($0.split)" }
      return (days + times).joined(separator: " ")
    }.joined(separator: "; ")
  }

  @Test(arguments: [
    ("00:00~24:00/4", "0~1440/4"), ("9:00", "540-540/1"), ("09:05-11:00/2", "545-660/2"), ("23:00-1:00", "1380-60/1"),
    ("mon", "1..1"), ("mon-fri,9:00", "1..5 540-540/1"), ("fri-mon", "5..1"), ("mon1", "1@1..1@1"),
    ("mon1-tue", "1@1..2"),
    ("sat5,sun,10:00,12:00~14:00", "6@5..6@5 0..0 600-600/1 720~840/1"),
    ("mon,10:00,,tue,11:00", "1..1 600-600/1; 2..2 660-660/1"), ("mon1-fri1", "1@1..5@1"), ("mon-mon", "1..1"),
  ]) func timers(_ text: String, _ shown: String) throws { #expect(try Self.show(Schedule(text)) == shown) }

  @Test(arguments: [
    ("", "cannot parse \"\": not a valid fragment"), (",", "cannot parse \",\": not a valid fragment"),
    ("mon,", "cannot parse \"mon,\": not a valid fragment"), ("mon,,", "cannot parse \"\": not a valid fragment"),
    ("9", "cannot parse \"9\": not a valid weekday"), ("moon", "cannot parse \"moon\": not a valid weekday"),
    ("mon0", "cannot parse \"mon0\": not a valid weekday"), ("mon6", "cannot parse \"mon6\": not a valid weekday"),
    ("mon11", "cannot parse \"mon11\": not a valid weekday"), ("Mon", "cannot parse \"Mon\": not a valid weekday"),
    ("mon-", "cannot parse \"\": not a valid weekday"),
    ("mon-tue-wed", "cannot parse \"mon-tue-wed\": not a valid weekday span"),
    ("mon-tue1", "cannot parse \"mon-tue1\": not a valid weekday span"),
    ("mon2-tue1", "cannot parse \"mon2-tue1\": not a valid weekday span"),
    ("9:00,mon", "cannot parse \"mon\": not a valid time"), ("25:00", "cannot parse \"25:00\": not a valid time"),
    ("24:01", "cannot parse \"24:01\": not a valid time"), ("9:60", "cannot parse \"9:60\": not a valid time"),
    ("9:0", "cannot parse \"9:0\": not a valid time"), ("9:00:00", "cannot parse \"9:00:00\": not a valid time"),
    ("9:00-", "cannot parse \"\": not a valid time"), ("+9:00", "cannot parse \"+9:00\": not a valid time"),
    ("9:00-10:00-11:00", "cannot parse \"9:00-10:00-11:00\": not a valid interval"),
    ("9:00-10:00/", "cannot parse \"9:00-10:00/\": not a valid interval"),
    ("9:00-10:00/0", "cannot parse \"9:00-10:00/0\": not a valid interval"),
    ("9:00-10:00/1441", "cannot parse \"9:00-10:00/1441\": not a valid interval"),
    ("9:00-10:00/2/2", "cannot parse \"9:00-10:00/2/2\": not a valid interval"),
    ("mon\n", "cannot parse \"mon\\n\": not a valid weekday"),
  ]) func noTimers(_ text: String, _ error: String) {
    #expect { try Schedule(text) } throws: { "\($0)" == error }
  }
}
