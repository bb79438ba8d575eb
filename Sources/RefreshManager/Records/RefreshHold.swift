public import Snap
public import State
public import Time

/// Somebody's wish that a snap is not updated for a time: an entry of the reference's `snaps-hold`.
public struct RefreshHold: Codable, Equatable, Sendable {
  /// What of updates is held.
  public enum Level: Int, Codable, Comparable, Sendable {
    /// Automatic ones.
    case automatic = 0
    /// Also those of all snaps (`snap refresh`), but not those of the snap by name.
    case general = 1

    public static func < (left: Level, right: Level) -> Bool { left.rawValue < right.rawValue }

    /// As requests say it.
    public init?(_ text: String) {
      switch text {
      case "auto-refresh": self = .automatic
      case "general": self = .general
      default: return nil
      }
    }
  }

  /// Since when without a gap.
  public var firstHeld: Timestamp
  public var until: Timestamp
  public var level: Level

  enum CodingKeys: String, CodingKey {
    case firstHeld = "first-held"
    case until = "hold-until"
    case level
  }

  public init(firstHeld: Timestamp, until: Timestamp, level: Level) {
    self.firstHeld = firstHeld
    self.until = until
    self.level = level
  }

  /// Who holds when a person does; snaps hold under their names, and no snap is called so.
  public static let person = "system"
}

extension RecordKind where Value == [String: RefreshHold] {
  /// By instance name, then by who holds it.
  public static let holds = RecordKind<[String: RefreshHold]>("snaps-hold")
}

extension State {
  /// The holds on a snap, by holder.
  public subscript(holds instance: InstanceName) -> [String: RefreshHold] {
    get { self[.holds, instance.description] ?? [:] }
    set { self[.holds, instance.description] = newValue.isEmpty ? nil : newValue }
  }

  /// Who holds a snap at this moment. Snaps cannot hold one that was last updated too long ago; people can.
  ///
  /// - Parameters:
  ///   - level: of the update that is to be made.
  ///   - lastRefresh: when the snap was last updated.
  public func holders(
    of instance: InstanceName, against level: RefreshHold.Level, lastRefresh: Timestamp?
  ) -> [String] {
    let now = self.now
    let isOverdue = lastRefresh.map { $0 + RefreshLimits.longestPostponement < now } ?? false
    return self[holds: instance].filter { holder, hold in
      hold.level >= level && hold.until > now && (holder == RefreshHold.person || !isOverdue)
    }.keys.sorted()
  }
}

/// Limits of automatic updates. Source: `spec/engine.md` §5.
public enum RefreshLimits {
  /// Updates are made after so long, whatever the schedule, the connection or other snaps say.
  public static let longestPostponement = Duration.seconds(95 * 86400)
  /// By so much less can a snap hold itself, so that it is told before it is updated.
  static let postponementBuffer = Duration.seconds(5 * 86400)
  /// So long in all can a snap hold others.
  static let longestHoldOfOthers = Duration.seconds(48 * 3600)
  /// Between two attempts.
  public static let retryDelay = Duration.seconds(20 * 60)
  /// A new system is left alone.
  public static let newSystemHold = Duration.seconds(2 * 3600)
  /// Stores are asked at least so often, even if nothing is updated.
  static let hintsInterval = Duration.seconds(24 * 3600)
  /// The catalogue is fetched so often, and up to six hours later.
  static let catalogueInterval = Duration.seconds(24 * 3600)
  static let catalogueSpread = Duration.seconds(6 * 3600)
}
