internal import Snap
public import State
public import Time

/// When what was done last. One row of the state.
public struct RefreshTimes: Codable, Equatable, Sendable {
  /// When the daemon was first there: a new system is left alone for a while.
  public var firstStart: Timestamp?
  /// When all snaps were last looked at and updated.
  public var lastRefresh: Timestamp?
  /// When stores were last asked without anything being updated.
  public var lastHints: Timestamp?
  /// When the catalogue is fetched next.
  public var nextCatalogue: Timestamp?

  enum CodingKeys: String, CodingKey {
    case firstStart = "first-start"
    case lastRefresh = "last-refresh"
    case lastHints = "last-refresh-hints"
    case nextCatalogue = "next-catalogue"
  }

  public init() {}
}

extension RecordKind where Value == RefreshTimes {
  /// One row, under ``State/refreshTimesKey``.
  public static let refreshTimes = RecordKind<RefreshTimes>("refresh-times")
}

extension State {
  static let refreshTimesKey = "system"

  /// When updates were looked for.
  public var refreshTimes: RefreshTimes {
    get { self[.refreshTimes, Self.refreshTimesKey] ?? RefreshTimes() }
    set { self[.refreshTimes, Self.refreshTimesKey] = newValue }
  }
}
