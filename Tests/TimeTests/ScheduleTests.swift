import Testing
import Time

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

  /// The calendar events of the reference's units; systemd-analyze(1) `calendar` takes each.
  @Test(arguments: [
    ("9:00-11:00,,20:00-22:00", ["*-*-* 09:00", "*-*-* 20:00"]),
    ("9:00-11:00/2,,20:00", ["*-*-* 09:00", "*-*-* 10:00", "*-*-* 20:00"]),
    ("mon,10:00,,fri,15:00", ["Mon *-*-* 10:00", "Fri *-*-* 15:00"]),
    ("mon-fri,10:00-11:00", ["Mon,Tue,Wed,Thu,Fri *-*-* 10:00"]),
    ("fri-mon,10:00", ["Fri,Sat,Sun,Mon *-*-* 10:00"]), ("mon,fri", ["Mon *-*-*", "Fri *-*-*"]),
    ("mon,0:00", ["Mon *-*-* 00:00"]), ("24:00", ["*-*-* 00:00"]), ("mon,24:00", ["Tue *-*-* 00:00"]),
    ("00:00-24:00/4", ["*-*-* 00:00", "*-*-* 06:00", "*-*-* 12:00", "*-*-* 18:00"]),
    ("sat,23:00-1:00/2", ["Sat *-*-* 23:00", "Sun *-*-* 00:00"]), ("10:00,10:00,,10:00", ["*-*-* 10:00"]),
    ("mon2,10:00", ["Mon *-*-8..14 10:00"]), ("mon5,10:00", ["Mon *-*~07/1 10:00"]),
    ("mon1-tue,10:00", ["Mon,Tue *-*-1..8 10:00"]),
    ("fri4-mon,10:00", ["Fri,Sat,Sun,Mon *-*-22..31 10:00", "Fri,Sat,Sun,Mon *-*-1..3 10:00"]),
    ("mon5-tue,10:00", ["Mon,Tue *-*~07/1 10:00", "Mon,Tue *-*-1 10:00"]),
    ("sun5,24:00", ["Mon *-*~07/1 00:00", "Mon *-*-1 00:00"]),
  ]) func calendars(_ text: String, _ events: [String]) throws {
    #expect(try Schedule(text).calendar(seed: 1) == events)
  }

  /// 2026-11-21 is a Saturday. What comes after an instant, in turn.
  @Test(arguments: [
    ("10:00", "2026-11-21T09:59:59Z", ["2026-11-21T10:00:00Z", "2026-11-22T10:00:00Z"]),
    ("10:00", "2026-11-21T10:00:00Z", ["2026-11-22T10:00:00Z"]),
    ("mon", "2026-11-21T10:00:00Z", ["2026-11-23T00:00:00Z", "2026-11-30T00:00:00Z"]),
    (
      "sat,23:00-1:00/2", "2026-11-21T12:00:00Z",
      ["2026-11-21T23:00:00Z", "2026-11-22T00:00:00Z", "2026-11-28T23:00:00Z"]
    ),
    ("sat,24:00", "2026-11-21T12:00:00Z", ["2026-11-22T00:00:00Z", "2026-11-29T00:00:00Z"]),
    ("mon1,8:00,,fri,9:00", "2026-11-28T00:00:00Z", ["2026-12-04T09:00:00Z", "2026-12-07T08:00:00Z"]),
    ("mon5,8:00", "2026-11-21T00:00:00Z", ["2026-11-30T08:00:00Z", "2026-12-28T08:00:00Z", "2027-01-25T08:00:00Z"]),
    (
      "thu4-sun,8:00", "2026-11-26T09:00:00Z",
      ["2026-11-27T08:00:00Z", "2026-11-28T08:00:00Z", "2026-11-29T08:00:00Z", "2026-12-24T08:00:00Z"]
    ),
    (
      "sat5-mon,8:00", "2027-01-29T00:00:00Z",
      ["2027-01-30T08:00:00Z", "2027-01-31T08:00:00Z", "2027-02-01T08:00:00Z", "2027-02-27T08:00:00Z"]
    ),
  ]) func comesNext(_ text: String, _ after: String, _ expected: [String]) throws {
    let schedule = try Schedule(text)
    var time = try #require(Timestamp(after))
    for moment in expected {
      time = try #require(schedule.next(after: time, seed: 7, zone: { _ in 0 }))
      #expect(time.description == moment)
    }
  }

  /// Clocks in a zone two hours ahead, which are put back by one hour at 2026-10-25T01:00Z (from 3:00 to 2:00) and
  /// had been put forward at 2026-03-29T01:00Z.
  @Test(arguments: [
    ("9:00", "2026-10-24T12:00:00Z", ["2026-10-25T08:00:00Z"]),
    ("9:00", "2026-10-23T12:00:00Z", ["2026-10-24T07:00:00Z"]),
    ("2:30", "2026-10-24T12:00:00Z", ["2026-10-25T01:30:00Z", "2026-10-26T01:30:00Z"]),
    ("2:30", "2026-03-28T12:00:00Z", ["2026-03-29T01:30:00Z", "2026-03-30T00:30:00Z"]),
    ("0:00", "2026-06-01T12:00:00Z", ["2026-06-01T22:00:00Z"]),
  ]) func zonesAreFollowed(_ text: String, _ after: String, _ expected: [String]) throws {
    let back = try #require(Timestamp("2026-10-25T01:00:00Z")).seconds
    let forward = try #require(Timestamp("2026-03-29T01:00:00Z")).seconds
    let zone: ZoneOffset = { (forward..<back).contains($0) ? 7200 : 3600 }
    var time = try #require(Timestamp(after))
    for moment in expected {
      time = try #require(try Schedule(text).next(after: time, seed: 7, zone: zone))
      #expect(time.description == moment)
    }
  }

  /// A part with any moment has one, the same each day and for both hosts, and not in its last five minutes.
  @Test(arguments: [UInt64(1), 2, 3, 99]) func spreadMoments(seed: UInt64) throws {
    let schedule = try Schedule("10:00~12:00/2,,mon3,14:00~14:03")
    let first = schedule.calendar(seed: seed)
    #expect(first == schedule.calendar(seed: seed) && first.count == 3)
    let start = try #require(Timestamp("2026-11-01T00:00:00Z"))
    var time = start
    for _ in 0..<50 {
      time = try #require(schedule.next(after: time, seed: seed, zone: { _ in 0 }))
      #expect(schedule.contains(time, zone: { _ in 0 }))
      let minute = time.seconds % 86400 / 60
      #expect((600..<655).contains(minute) || (660..<715).contains(minute) || (840..<843).contains(minute))
    }
  }

  @Test(arguments: [
    ("10:00", "2026-11-21T10:00:00Z", true), ("10:00", "2026-11-21T10:01:59Z", true),
    ("10:00", "2026-11-21T10:03:00Z", false), ("10:00", "2026-11-21T09:59:59Z", false),
    ("9:00-11:00/2", "2026-11-21T10:30:00Z", true), ("9:00~11:00", "2026-11-21T11:30:00Z", false),
    ("sat,23:00-1:00", "2026-11-22T00:30:00Z", true), ("sat,23:00-1:00", "2026-11-21T00:30:00Z", false),
    ("sat", "2026-11-21T17:00:00Z", true), ("sun", "2026-11-21T17:00:00Z", false),
    ("sat3", "2026-11-21T00:00:00Z", true), ("sat4", "2026-11-21T00:00:00Z", false),
    ("mon5-tue", "2026-12-01T12:00:00Z", true), ("mon5-tue", "2026-11-24T12:00:00Z", false),
    ("mon1-tue", "2026-12-01T12:00:00Z", false), ("mon1-tue", "2026-12-08T12:00:00Z", true),
  ]) func containsMoments(_ text: String, _ moment: String, _ expected: Bool) throws {
    #expect(try Schedule(text).contains(try #require(Timestamp(moment)), zone: { _ in 0 }) == expected)
  }

  /// What is made at random of the characters that matter either is refused or has a next moment.
  @Test func randomTexts() throws {
    var generator = SystemRandomNumberGenerator()
    let parts = [
      "mon", "tue", "sat", "1", "5", "-", "~", "/", "2", ",", ",,", "9:00", "23:30", "24:00", "0:10", "\u{301}",
    ]
    let time = try #require(Timestamp("2026-11-21T10:00:00Z"))
    for _ in 0..<20_000 {
      let text = (0..<Int.random(in: 1...7, using: &generator)).map { _ in parts.randomElement(using: &generator) ?? ""
      }
      .joined()
      guard let schedule = try? Schedule(text) else { continue }
      let next = try #require(schedule.next(after: time, seed: 3, zone: { _ in 3600 }), "\(text)")
      #expect(next > time && schedule.contains(next, zone: { _ in 3600 }), "\(text)")
      #expect(!schedule.calendar(seed: 3).isEmpty)
    }
  }
}
