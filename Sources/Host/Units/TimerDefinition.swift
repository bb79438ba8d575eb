internal import Glibc
public import Time

/// When a timer starts its service: what both hosts need to know of it.
public struct TimerDefinition: Hashable, Sendable, Codable {
  /// The text of `timer:` in `snap.yaml`, which `snap run --timer` checks again.
  public var schedule: String
  /// The same in the form of systemd.time(7) calendar events, for the unit.
  public var calendar: [String]
  /// What the moments of a schedule that leaves them open (`10:00~12:00`) are made from. Always the same for one app, so
  /// that the unit changes only when the schedule does, and so that apps do not all start at once.
  public var seed: UInt64

  /// - Parameters:
  ///   - schedule: the text of `timer:`.
  ///   - identifier: `<instance>.<app>`.
  /// - Throws: when it is no schedule.
  public init(schedule: String, of identifier: String) throws(Schedule.Invalid) {
    self.schedule = schedule
    seed = stableHashNumber(identifier)
    calendar = try Schedule(schedule).calendar(seed: seed)
  }
}

/// The zone of this machine's clocks.
public enum MachineZone {
  /// Seconds that clocks are ahead of UTC at an instant: see localtime(3), and tzset(3) for where the zone is from.
  public static func offset(_ seconds: Int64) -> Int64 {
    var time = time_t(seconds)
    var parts = tm()
    tzset()
    return localtime_r(&time, &parts) == nil ? 0 : Int64(parts.tm_gmtoff)
  }
}
