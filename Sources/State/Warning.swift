public import Time
/// Something the administrator should know, kept until it was shown and stopped happening (`spec/features.md`,
/// "Warnings").
public struct Warning: Equatable, Sendable {
  /// The text; there is one warning for each.
  public let message: String
  /// When it first came up.
  public let firstAdded: Timestamp
  /// When it last came up.
  public internal(set) var lastAdded: Timestamp
  /// When it was last acknowledged.
  public internal(set) var lastShown: Timestamp?
  /// It is forgotten so long after it was last added.
  public internal(set) var expireAfter: Duration
  /// Shown once, it is pending again after so long.
  public internal(set) var repeatAfter: Duration

  /// 28 days.
  public static let expiry: Duration = .seconds(28 * 24 * 3600)
  /// 24 hours.
  public static let repetition: Duration = .seconds(24 * 3600)

  /// When it is forgotten.
  public var expires: Timestamp { lastAdded + expireAfter }

  /// To be shown to someone who looks at that moment.
  func isPending(at time: Timestamp) -> Bool {
    guard let lastShown else { return firstAdded <= time }
    return lastShown + repeatAfter < time
  }
}

extension State {
  /// Adds a warning, or notes that it came up again.
  public mutating func addWarning(_ message: String, repeatAfter: Duration = Warning.repetition) {
    guard !message.isEmpty else { return }
    let time = now
    var warning =
      warningTable[message]
      ?? Warning(
        message: message, firstAdded: time, lastAdded: time, lastShown: nil, expireAfter: Warning.expiry,
        repeatAfter: repeatAfter)
    warning.lastAdded = time
    warning.repeatAfter = repeatAfter
    putWarning(message, warning)
    // A text that is too long for a key is a warning still, only without a notice.
    _ = try? addNotice(.warning, key: message, repeatAfter: repeatAfter)
  }

  /// Forgets a warning. - Returns: false when there was none.
  @discardableResult
  public mutating func removeWarning(_ message: String) -> Bool {
    guard warningTable[message] != nil else { return false }
    putWarning(message, nil)
    return true
  }

  /// All warnings that have not expired, in the order they were last added.
  public var warnings: [Warning] {
    let time = now
    return warningTable.values.filter { $0.expires >= time }
      .sorted { ($0.lastAdded, $0.message) < ($1.lastAdded, $1.message) }
  }

  /// Those not shown since they last had to be.
  public var pendingWarnings: [Warning] {
    let time = now
    return warnings.filter { $0.isPending(at: time) }
  }

  /// How many are pending, and when the last of them was added; what every response of the API says.
  public var warningSummary: (count: Int, timestamp: Timestamp?) {
    if warningTable.isEmpty { return (0, nil) }
    let pending = pendingWarnings
    return (pending.count, pending.map(\.lastAdded).max())
  }

  /// Acknowledges all that were pending at `time`. - Returns: how many.
  @discardableResult
  public mutating func okayWarnings(upTo time: Timestamp) -> Int {
    let shown = warnings.filter { $0.isPending(at: time) }
    for var warning in shown {
      warning.lastShown = time
      putWarning(warning.message, warning)
    }
    return shown.count
  }

  /// Makes all warnings pending again; a debugging aid.
  public mutating func unshowWarnings() {
    for var warning in warnings {
      warning.lastShown = nil
      putWarning(warning.message, warning)
    }
  }
}
