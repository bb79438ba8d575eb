/// A moment in UTC, to the nanosecond; its text, in JSON too, is RFC 3339 ("2026-11-21T12:30:00.000000001Z").
public struct Timestamp: Hashable, Comparable, Sendable {
  /// Since 1970-01-01 UTC, in nanoseconds: good for the years 1678 to 2262.
  public let nanoseconds: Int64

  public init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }
  /// From seconds since 1970-01-01 UTC.
  public init(seconds: Int64) { nanoseconds = seconds.multipliedReportingOverflow(by: 1_000_000_000).partialValue }

  public static func < (left: Timestamp, right: Timestamp) -> Bool { left.nanoseconds < right.nanoseconds }

  /// The moment so much later; stops at the end of what can be said.
  public static func + (time: Timestamp, duration: Duration) -> Timestamp {
    let (sum, over) = time.nanoseconds.addingReportingOverflow(duration.nanoseconds)
    return Timestamp(nanoseconds: over ? (duration < .zero ? .min : .max) : sum)
  }
  /// The moment so much earlier.
  public static func - (time: Timestamp, duration: Duration) -> Timestamp { time + (.zero - duration) }
  /// How much later `left` is.
  public static func - (left: Timestamp, right: Timestamp) -> Duration {
    .nanoseconds(left.nanoseconds) - .nanoseconds(right.nanoseconds)
  }
}

extension Duration {
  /// The whole of it in nanoseconds, clamped to what 64 bits hold (292 years).
  public var nanoseconds: Int64 {
    let (seconds, attoseconds) = components
    let (scaled, over) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
    let (sum, overSum) = scaled.addingReportingOverflow(attoseconds / 1_000_000_000)
    return over || overSum ? (seconds < 0 ? .min : .max) : sum
  }
}

extension Timestamp: CustomStringConvertible, LosslessStringConvertible {
  /// RFC 3339 in UTC, with as many digits of a second as it takes.
  public var description: String {
    var days = nanoseconds / 86_400_000_000_000
    var rest = nanoseconds % 86_400_000_000_000
    if rest < 0 {
      days -= 1
      rest += 86_400_000_000_000
    }
    let (year, month, day) = Self.civil(fromDays: days)
    let seconds = rest / 1_000_000_000
    var fraction = pad(rest % 1_000_000_000, 9)
    while fraction.last == "0" { fraction.removeLast() }
    let time = "\(pad(seconds / 3600, 2)):\(pad(seconds / 60 % 60, 2)):\(pad(seconds % 60, 2))"
    return "\(pad(year, 4))-\(pad(month, 2))-\(pad(day, 2))T\(time)\(fraction.isEmpty ? "" : "." + fraction)Z"
  }

  /// Parses RFC 3339 with any zone offset and any number of fraction digits (those beyond nine are dropped).
  public init?(_ text: String) {
    var scanner = Scanner(Array(text.utf8))
    guard let year = scanner.number(4), scanner.take("-"), let month = scanner.number(2), scanner.take("-"),
      let day = scanner.number(2), scanner.take("Tt "), let hour = scanner.number(2), scanner.take(":"),
      let minute = scanner.number(2), scanner.take(":"), let second = scanner.number(2),
      (1...12).contains(month), (1...Self.days(in: month, of: year)).contains(day), hour < 24, minute < 60,
      second <= 60, (1678...2261).contains(year)
    else { return nil }
    var fraction: Int64 = 0
    if scanner.take(".") {
      guard let digits = scanner.fraction() else { return nil }
      fraction = digits
    }
    var offset: Int64 = 0
    if !scanner.take("Zz") {
      let negative = scanner.peek("-")
      guard scanner.take("+-"), let hours = scanner.number(2), scanner.take(":"), let minutes = scanner.number(2),
        hours < 24, minutes < 60
      else { return nil }
      offset = (hours * 3600 + minutes * 60) * (negative ? -1 : 1)
    }
    guard scanner.isAtEnd else { return nil }
    let seconds = Self.days(toYear: year, month: month, day: day) * 86_400 + hour * 3600 + minute * 60 + second
    nanoseconds = (seconds - offset) * 1_000_000_000 + fraction
  }

  /// Days since 1970-01-01 to a date of the proleptic Gregorian calendar, years starting in March so that the leap
  /// day is the last.
  private static func days(toYear year: Int64, month: Int64, day: Int64) -> Int64 {
    let shifted = month <= 2 ? year - 1 : year
    let era = shifted / 400
    let yearOfEra = shifted - era * 400
    let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
    return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
  }

  private static func civil(fromDays days: Int64) -> (year: Int64, month: Int64, day: Int64) {
    let shifted = days + 719_468
    let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shiftedMonth = (5 * dayOfYear + 2) / 153
    let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
    let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    return (year, month, dayOfYear - (153 * shiftedMonth + 2) / 5 + 1)
  }

  private static func days(in month: Int64, of year: Int64) -> Int64 {
    switch month {
    case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
  }

  private struct Scanner {
    let bytes: [UInt8]
    var position = 0
    init(_ bytes: [UInt8]) { self.bytes = bytes }
    var isAtEnd: Bool { position == bytes.count }
    func peek(_ choices: StaticString) -> Bool {
      position < bytes.count && choices.withUTF8Buffer { $0.contains(bytes[position]) }
    }
    mutating func take(_ choices: StaticString) -> Bool {
      guard peek(choices) else { return false }
      position += 1
      return true
    }
    mutating func number(_ digits: Int) -> Int64? {
      guard position + digits <= bytes.count else { return nil }
      var value: Int64 = 0
      for byte in bytes[position..<position + digits] {
        guard byte >= 0x30, byte <= 0x39 else { return nil }
        value = value * 10 + Int64(byte - 0x30)
      }
      position += digits
      return value
    }
    mutating func fraction() -> Int64? {
      var value: Int64 = 0
      var count = 0
      while position < bytes.count, bytes[position] >= 0x30, bytes[position] <= 0x39 {
        if count < 9 { value = value * 10 + Int64(bytes[position] - 0x30) }
        count += 1
        position += 1
      }
      guard count > 0 else { return nil }
      for _ in min(count, 9)..<9 { value *= 10 }
      return value
    }
  }
}

/// Decimal, with zeros in front up to `width`.
private func pad(_ number: Int64, _ width: Int) -> String {
  let digits = String(number)
  return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
}

extension Timestamp: Codable {
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let text = try container.decode(String.self)
    guard let time = Timestamp(text) else {
      throw DecodingError.dataCorruptedError(in: container, debugDescription: "\"\(text)\" is not an RFC 3339 time")
    }
    self = time
  }
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }
}

/// ``Timestamp`` by a name of its own, for modules that have another: the module and its main type are both called
/// `State`, so a qualified name does not work.
public typealias StateTime = Timestamp
