internal import ByteText
internal import Time

/// `refresh.timer` and the older `refresh.schedule`: when snaps are refreshed by themselves. `managed` leaves it to a
/// snap.
public struct RefreshTimer: SystemOption {
  public init() {}

  public var names: [String] { ["refresh.timer", "refresh.schedule"] }

  public func check(_ configuration: SystemConfiguration, on machine: any SystemMachine) throws {
    let timer = configuration.text("refresh.timer")
    if timer.hasSameBytes(as: "managed") { return try Self.checkManaged(machine) }
    if !timer.isEmpty {
      do throws(Schedule.Invalid) { _ = try Schedule(timer) } catch {
        throw ConfigurationError.invalidValue(error.description)
      }
    }
    let schedule = configuration.text("refresh.schedule")
    guard !schedule.isEmpty else { return }
    if schedule.hasSameBytes(as: "managed") { return try Self.checkManaged(machine) }
    for part in schedule.byteSplit("/", keepingEmpty: true) { try Self.checkInterval(String(part)) }
  }

  private static func checkManaged(_ machine: any SystemMachine) throws {
    guard machine.managesRefreshes() else {
      throw ConfigurationError.invalidValue("cannot set schedule to managed")
    }
  }

  /// `9:00-11:00`: the older form knows neither days nor random times.
  private static func checkInterval(_ text: String) throws {
    guard text.hasByte("-") else {
      throw ConfigurationError.invalidValue("cannot parse \(quoted(text)): not a valid interval")
    }
    for end in text.byteSplit("-", maxSplits: 1, keepingEmpty: true) {
      guard let event = try? Schedule(String(end)).events.first, event.days.isEmpty, event.times.count == 1,
        event.times.allSatisfy({ $0.start == $0.end && $0.split == 1 && !$0.isSpread })
      else { throw ConfigurationError.invalidValue("cannot parse \(quoted(String(end))): not a valid time") }
    }
  }
}
