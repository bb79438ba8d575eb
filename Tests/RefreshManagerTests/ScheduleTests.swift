import Testing
import Time

@testable import RefreshManager

private func time(_ text: String) throws -> Timestamp { try #require(Timestamp(text)) }

@Suite struct ScheduleTests {
  /// Timer, last update, now, next update (half of what chance can choose).
  @Test(arguments: [
    // Four times a day, at any moment of a quarter but its last five minutes.
    ("00:00~24:00/4", "2023-11-14T05:00:00Z", "2023-11-14T05:00:01Z", "2023-11-14T08:57:30Z"),
    ("00:00~24:00/4", "2023-11-14T05:00:00Z", "2023-11-14T07:00:00Z", "2023-11-14T07:00:00Z"),
    ("00:00~24:00/4", "2023-11-10T05:00:00Z", "2023-11-14T07:00:00Z", "2023-11-14T07:00:00Z"),
    ("00:00~24:00/4", "2023-11-14T19:00:00Z", "2023-11-14T19:00:01Z", "2023-11-15T02:57:30Z"),
    ("9:00-11:00", "2023-11-14T05:00:00Z", "2023-11-14T05:00:01Z", "2023-11-14T09:00:00Z"),
    ("9:00-11:00", "2023-11-14T05:00:00Z", "2023-11-14T10:00:01Z", "2023-11-14T10:00:01Z"),
    ("9:00-11:00", "2023-11-14T09:00:00Z", "2023-11-14T09:30:00Z", "2023-11-15T09:00:00Z"),
    ("9:00-11:00", "2023-11-14T05:00:00Z", "2023-11-14T11:00:01Z", "2023-11-15T09:00:00Z"),
    ("9:00", "2023-11-14T05:00:00Z", "2023-11-14T05:00:01Z", "2023-11-14T09:00:00Z"),
    // 2023-11-14 was a Tuesday.
    ("mon,9:00~9:10", "2023-11-14T05:00:00Z", "2023-11-14T05:00:01Z", "2023-11-20T09:02:30Z"),
    ("fri5,23:00-01:00", "2023-11-01T05:00:00Z", "2023-11-14T05:00:00Z", "2023-11-24T23:00:00Z"),
    ("fri5,23:00-01:00", "2023-11-01T05:00:00Z", "2023-11-25T00:30:00Z", "2023-11-25T00:30:00Z"),
    // Not later than 95 days after the last one.
    ("mon1,9:00", "2023-08-01T05:00:00Z", "2023-11-14T05:00:00Z", "2023-11-14T05:00:00Z"),
    ("9:00-10:00", nil, "2023-11-14T05:00:00Z", "2023-11-14T05:00:00Z"),
  ])
  func next(timer: String, last: String?, now: String, next: String) throws {
    var schedule = RefreshSchedule()
    var times = RefreshTimes()
    times.lastRefresh = try last.map(time)
    var settings = RefreshSettings()
    settings.timer = .timer(timer)
    try schedule.update(
      RefreshSchedule.Inputs(now: time(now), settings: settings, times: times, zone: { _ in 0 }, random: { $0 / 2 }))
    #expect(schedule.next == (try time(next)))
  }

  @Test func oldForm() throws {
    let schedule = try #require(try RefreshSettings.Timer.schedule("9:00-11:00/14:00-15:00").schedule())
    #expect(schedule == (try Schedule("9:00~11:00,14:00~15:00")))
    #expect(try RefreshSettings.Timer.managed.schedule() == nil)
  }

  /// In a zone two hours east, `9:00` is at seven.
  @Test func zones() throws {
    let window = try Schedule("9:00-10:00").window(
      after: time("2023-11-14T05:00:00Z"), now: time("2023-11-14T05:30:00Z"), zone: { _ in 7200 })
    #expect(window?.start == (try time("2023-11-14T07:00:00Z")))
  }
}
