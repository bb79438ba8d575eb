/// So many bytes a second, and twice as many at once after a pause. Source: `spec/assertions-and-store.md` §6, "Download".
///
/// libcurl's own limit lets through what is in the sockets: on fast networks much of an image before it begins to count.
struct RateLimit {
  private let rate: Double
  /// What may come now; less than none when too much has come.
  private var credit: Double
  private var counted: Duration

  /// - Parameter rate: bytes a second; more than 0.
  init(rate: Int64, at now: Duration) {
    self.rate = Double(rate)
    credit = self.rate * 2
    counted = now
  }

  /// Counts bytes that have come.
  ///
  /// - Returns: how long to wait before more may come.
  mutating func take(_ bytes: Int, at now: Duration) -> Duration {
    credit = min(rate * 2, credit + rate * (max(now - counted, .zero) / .seconds(1)))
    counted = now
    credit -= Double(bytes)
    return credit < 0 ? .seconds(1) * (-credit / rate) : .zero
  }

  /// How much may come at once, so that no wait is long: what libcurl can be told.
  static func piece(rate: Int64) -> Int { Int(min(max(rate / 4, 1 << 10), 512 << 10)) }
}
