extension Duration {
  /// Parses what Go's `time.ParseDuration` parses: signed decimals with units, such as `1h15m30.5s`.
  public init?(goText: String) {
    do throws(InvalidText) { try self.init(parsing: goText) } catch { return nil }
  }

  /// - Throws: Go's own words for what is wrong.
  public init(parsing text: String) throws(InvalidText) {
    let quoted = InvalidText.quote(text)
    let invalid = InvalidText("time: invalid duration \(quoted)")
    guard text.utf8.count <= 100 else { throw invalid }
    var rest = Substring(text)
    var sign: Int64 = 1
    if rest.hasPrefix("-") || rest.hasPrefix("+") {
      sign = rest.hasPrefix("-") ? -1 : 1
      rest.removeFirst()
    }
    if rest == "0" {
      self = .zero
      return
    }
    guard !rest.isEmpty else { throw invalid }
    let units: [(String, Double)] = [
      ("ns", 1), ("us", 1e3), ("µs", 1e3), ("μs", 1e3), ("ms", 1e6), ("s", 1e9), ("m", 6e10), ("h", 3.6e12),
    ]
    var total = 0.0
    while !rest.isEmpty {
      let number = rest.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
      rest = rest.dropFirst(number.count)
      let unit = rest.prefix { !($0.isASCII && ($0.isNumber || $0 == ".")) }
      rest = rest.dropFirst(unit.count)
      guard let value = Double(number) else { throw invalid }
      guard !unit.isEmpty else { throw InvalidText("time: missing unit in duration \(quoted)") }
      guard let scale = units.first(where: { $0.0 == unit })?.1 else {
        throw InvalidText("time: unknown unit \(InvalidText.quote(String(unit))) in duration \(quoted)")
      }
      total += value * scale
    }
    guard total < 9.2e18 else { throw invalid }
    self = .nanoseconds(sign * Int64(total))
  }

  /// As Go writes it, to the millisecond: `5m0s`, `1.5s`, `100ms`.
  public var goText: String {
    let (whole, attoseconds) = components
    let all = whole * 1000 + attoseconds / 1_000_000_000_000_000
    if all == 0 { return "0s" }
    if all < 1000 { return "\(all)ms" }
    var seconds = "\(all / 1000 % 60)"
    if all % 1000 != 0 {
      var digits = "\(1000 + all % 1000)".dropFirst()
      while digits.utf8.last == UInt8(ascii: "0") { digits.removeLast() }
      seconds += ".\(digits)"
    }
    let minutes = all / 60_000
    if minutes == 0 { return "\(seconds)s" }
    return minutes < 60 ? "\(minutes)m\(seconds)s" : "\(minutes / 60)h\(minutes % 60)m\(seconds)s"
  }
}
