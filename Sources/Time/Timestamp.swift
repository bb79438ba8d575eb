internal import ByteText

/// An instant, to the nanosecond; its text, in JSON too, is RFC 3339 with up to nine decimals and a zone,
/// `2026-11-21T12:16:44.5Z`.
public struct Timestamp: Hashable, Sendable {
  /// Whole seconds since 1970-01-01 UTC; negative before.
  public var seconds: Int64
  /// Nanoseconds within the second, 0 to 999,999,999.
  public var nanoseconds: Int32
  /// The zone the text was written in, seconds east of UTC. Not part of which instant it is.
  public var zoneOffset: Int32

  public init(seconds: Int64, nanoseconds: Int32 = 0, zoneOffset: Int32 = 0) {
    self.seconds = seconds
    self.nanoseconds = nanoseconds
    self.zoneOffset = zoneOffset
  }

  /// Go's zero time, `0001-01-01T00:00:00Z`, which stands for "never".
  public static let zero = Timestamp(seconds: -62_135_596_800)

  /// Whether this is Go's zero time.
  public var isZero: Bool { seconds == Timestamp.zero.seconds && nanoseconds == 0 }

  /// Reads RFC 3339 text; `nil` when it is none or names no real date.
  public init?(_ text: some StringProtocol) {
    var reader = Reader(bytes: Array(text.utf8))
    guard let year = reader.digits(4), reader.skip("-"), let month = reader.digits(2), reader.skip("-"),
      let day = reader.digits(2), reader.skip("T") || reader.skip("t") || reader.skip(" "),
      let hour = reader.digits(2), reader.skip(":"), let minute = reader.digits(2), reader.skip(":"),
      let second = reader.digits(2), (1...12).contains(month),
      (1...CivilTime.days(inMonth: month, of: year)).contains(day), hour < 24, minute < 60, second < 61
    else { return nil }
    var nanoseconds: Int32 = 0
    if reader.skip(".") {
      guard let fraction = reader.fraction() else { return nil }
      nanoseconds = fraction
    }
    var offset: Int64 = 0
    if !(reader.skip("Z") || reader.skip("z")) {
      let negative = reader.skip("-")
      guard negative || reader.skip("+"), let hours = reader.digits(2), reader.skip(":"),
        let minutes = reader.digits(2),
        hours < 24, minutes < 60
      else { return nil }
      offset = (hours * 3600 + minutes * 60) * (negative ? -1 : 1)
    }
    guard reader.isAtEnd else { return nil }
    let days = CivilTime.daysSinceEpoch(year: year, month: month, day: day)
    self.init(
      seconds: days * 86400 + hour * 3600 + minute * 60 + second - offset, nanoseconds: nanoseconds,
      zoneOffset: Int32(offset))
  }

  /// The text in the zone it was written in, with no more decimals than needed (Go's `RFC3339Nano`).
  public var description: String { text(fraction: true) }

  /// The text without decimals (Go's `RFC3339`).
  public var wholeSeconds: String { text(fraction: false) }

  private func text(fraction: Bool) -> String {
    let civil = CivilTime(seconds: seconds + Int64(zoneOffset))
    var text =
      "\(pad(civil.year, 4))-\(pad(civil.month, 2))-\(pad(civil.day, 2))T"
      + "\(pad(civil.hour, 2)):\(pad(civil.minute, 2)):\(pad(civil.second, 2))"
    if fraction, nanoseconds != 0 {
      var digits = Substring(pad(Int64(nanoseconds), 9))
      while digits.last == "0" { digits.removeLast() }
      text += ".\(digits)"
    }
    if zoneOffset == 0 { return text + "Z" }
    let minutes = Int64(abs(zoneOffset)) / 60
    return text + (zoneOffset < 0 ? "-" : "+") + "\(pad(minutes / 60, 2)):\(pad(minutes % 60, 2))"
  }

  private func pad(_ number: Int64, _ width: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
  }

  private struct Reader {
    let bytes: [UInt8]
    var at = 0
    init(bytes: [UInt8]) { self.bytes = bytes }
    var isAtEnd: Bool { at == bytes.count }

    mutating func digits(_ count: Int) -> Int64? {
      guard at + count <= bytes.count else { return nil }
      var number: Int64 = 0
      for byte in bytes[at..<at + count] {
        guard byte.isASCIIDigit else { return nil }
        number = number * 10 + Int64(byte - 48)
      }
      at += count
      return number
    }

    mutating func skip(_ character: Unicode.Scalar) -> Bool {
      guard at < bytes.count, UInt32(bytes[at]) == character.value else { return false }
      at += 1
      return true
    }

    /// Decimals as nanoseconds; what is beyond the ninth is dropped.
    mutating func fraction() -> Int32? {
      var value: Int32 = 0
      var count = 0
      while at < bytes.count, (48...57).contains(bytes[at]) {
        if count < 9 { value = value * 10 + Int32(bytes[at] - 48) }
        count += 1
        at += 1
      }
      guard count > 0 else { return nil }
      for _ in min(count, 9)..<9 { value *= 10 }
      return value
    }
  }
}

extension Timestamp: Comparable, CustomStringConvertible {
  public static func == (a: Timestamp, b: Timestamp) -> Bool {
    a.seconds == b.seconds && a.nanoseconds == b.nanoseconds
  }
  public static func < (a: Timestamp, b: Timestamp) -> Bool {
    (a.seconds, a.nanoseconds) < (b.seconds, b.nanoseconds)
  }
  public func hash(into hasher: inout Hasher) {
    hasher.combine(seconds)
    hasher.combine(nanoseconds)
  }
}

extension Timestamp: Codable {
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let text = try container.decode(String.self)
    guard let parsed = Timestamp(text) else {
      throw DecodingError.dataCorruptedError(
        in: container, debugDescription: "cannot read \"\(text)\" as RFC 3339 time")
    }
    self = parsed
  }
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }
}
