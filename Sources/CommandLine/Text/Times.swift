import API
import Glibc
import Linux
internal import Time

/// Times for people.
struct Times: Sendable {
  /// The present, for relative times.
  var now: @Sendable () -> Timestamp
  /// The zone in force at an instant: seconds east of UTC and its short name.
  var zone: @Sendable (Timestamp) -> (offset: Int, name: String)

  /// The machine's clock and zone (`TZ`, `/etc/localtime`).
  static let system = Times(
    now: {
      let now = Clock.realTime()
      return Timestamp(seconds: now.seconds, nanoseconds: now.nanoseconds)
    },
    zone: { time in
      var seconds = time_t(time.seconds)
      var parts = tm()
      tzset()
      guard localtime_r(&seconds, &parts) != nil else { return (0, "UTC") }
      return (parts.tm_gmtoff, parts.tm_zone.map { String(cString: $0) } ?? "UTC")
    })

  /// `today at 15:04 UTC`, `yesterday at …`, `3 days ago, at …`, `in 2 days, at …`; a date when more than 60 days
  /// away. With `absolute`, RFC 3339.
  func text(_ time: Timestamp, absolute: Bool) -> String {
    if absolute { return time.wholeSeconds }
    let then = local(time)
    let present = local(now())
    let days = then.day - present.day
    if abs(days) > 60 {
      let civil = CivilTime(seconds: time.seconds + Int64(zone(time).offset))
      return "\(pad(civil.year, 4))-\(pad(civil.month))-\(pad(civil.day))"
    }
    switch days {
    case ..<(-1): return "\(-days) days ago, at \(then.clock)"
    case -1: return "yesterday at \(then.clock)"
    case 0: return "today at \(then.clock)"
    case 1: return "tomorrow at \(then.clock)"
    default: return "in \(days) days, at \(then.clock)"
    }
  }

  private func local(_ time: Timestamp) -> (day: Int64, clock: String) {
    let zone = zone(time)
    let seconds = time.seconds + Int64(zone.offset)
    let civil = CivilTime(seconds: seconds)
    let day = seconds >= 0 ? seconds / 86400 : (seconds - 86399) / 86400
    return (day, "\(pad(civil.hour)):\(pad(civil.minute)) \(zone.name)")
  }
}

/// A number with zeros in front.
func pad(_ number: Int64, _ width: Int = 2) -> String {
  let digits = String(number)
  return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
}

/// A count of bytes as the reference shows it: five columns at most, decimal prefixes (`4kB`, `57MB`, `1.2GB`).
func sizeText(_ bytes: Int64) -> String {
  let units = ["B", "kB", "MB", "GB", "TB", "PB"]
  var amount = Double(bytes)
  var unit = 0
  while amount >= 999.5, unit < units.count - 1 {
    amount /= 1000
    unit += 1
  }
  if unit == 0 { return "\(bytes)B" }
  if amount < 9.95, unit >= 3 {
    let tenths = Int((amount * 10).rounded())
    return "\(tenths / 10).\(tenths % 10)\(units[unit])"
  }
  return "\(Int(amount.rounded()))\(units[unit])"
}
