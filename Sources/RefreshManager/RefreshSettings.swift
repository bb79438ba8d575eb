internal import ByteText
public import State
public import Time

/// What people have said about automatic updates: the options `refresh.*` and `store.access`, read. Source:
/// `spec/features.md` §8.
public struct RefreshSettings: Hashable, Sendable {
  /// When updates are looked for.
  public enum Timer: Hashable, Sendable {
    /// `refresh.timer`.
    case timer(String)
    /// The older `refresh.schedule`.
    case schedule(String)
    /// A snap decides.
    case managed

    /// Where nothing is set.
    public static let preset = Timer.timer("00:00~24:00/4")

    /// The times. Those of the older form are any moment of each span.
    ///
    /// - Throws: what is wrong with the text; it was checked when it was set.
    public func schedule() throws(Schedule.Invalid) -> Schedule? {
      switch self {
      case .timer(let text): return try Schedule(text)
      case .schedule(let text):
        let spans = text.byteSplit("/").map { $0.utf8.map { $0 == UInt8(ascii: "-") ? UInt8(ascii: "~") : $0 } }
        return try Schedule(spans.map { String(decoding: $0, as: UTF8.self) }.joined(separator: ","))
      case .managed: return nil
      }
    }
  }

  public var timer = Timer.preset
  /// `refresh.hold`: nothing is updated by itself before; ``HoldTime/forever`` for never.
  public var hold: HoldTime?
  /// `refresh.metered=hold`.
  public var holdsWhenMetered = false
  /// `store.access=offline`.
  public var isOffline = false
  /// `refresh.max-inhibition-days`: how long running apps can put an update off; one second less than whole days, as the
  /// reference counts.
  public var longestInhibition = Duration.seconds(14 * 86400 - 1)
  /// `experimental.gate-auto-refresh-hook`.
  public var asksHooks = false

  public init() {}
}

/// Until when something is held.
public enum HoldTime: Hashable, Sendable {
  case forever
  case until(Timestamp)

  /// Reads `forever` or RFC 3339.
  public init?(_ text: String) {
    if text.hasSameBytes(as: "forever") {
      self = .forever
    } else if let time = Timestamp(text) {
      self = .until(time)
    } else {
      return nil
    }
  }

  /// The moment that stands for it where only a time can be said: for ever is the year 2261.
  public var timestamp: Timestamp {
    switch self {
    case .forever: Timestamp(nanosecondsSinceEpoch: .max)
    case .until(let time): time
    }
  }
}

/// Configuration as automatic updates know it; wired by the overlord.
public protocol RefreshConfiguration: Sendable {
  /// What holds at this moment.
  func settings(in state: State) -> RefreshSettings
  /// Forgets a `refresh.hold` that is over.
  func forgetHold(in state: inout State)
}
