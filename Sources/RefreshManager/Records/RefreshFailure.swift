public import Snap
public import State
public import Time

/// That an automatic update to a revision has failed, so that it is not tried again and again. Source:
/// `spec/engine.md` §5.
public struct RefreshFailure: Codable, Equatable, Sendable {
  public var revision: Revision
  public var count: Int
  public var lastFailure: Timestamp
  /// The new revision's own program failed. Beyond the reference: it is then left alone until the store has another.
  public var isByItself: Bool
  /// What went wrong.
  public var reason: String

  enum CodingKeys: String, CodingKey {
    case revision
    case count = "failure-count"
    case lastFailure = "last-failure-time"
    case isByItself = "by-itself"
    case reason
  }

  public init(revision: Revision, count: Int = 1, lastFailure: Timestamp, isByItself: Bool, reason: String = "") {
    self.revision = revision
    self.count = count
    self.lastFailure = lastFailure
    self.isByItself = isByItself
    self.reason = reason
  }

  /// How long a revision is left alone after so many failures.
  static let delays: [Duration] = [0, 8, 12, 24, 48, 96, 168, 252, 336].map { .seconds($0 * 3600) }

  /// When the revision may be tried again; nil for not before the store has another.
  public var nextAttempt: Timestamp? {
    guard !isByItself else { return nil }
    return lastFailure + Self.delays[min(max(count, 0), Self.delays.count - 1)]
  }

  /// Whether an update to a revision is not to be tried now.
  public func blocks(_ revision: Revision, at now: Timestamp) -> Bool {
    guard revision == self.revision else { return false }
    return nextAttempt.map { $0 > now } ?? true
  }

  /// With one more failure.
  public func adding(_ revision: Revision, at now: Timestamp, isByItself: Bool, reason: String) -> RefreshFailure {
    RefreshFailure(
      revision: revision, count: revision == self.revision ? count + 1 : 1, lastFailure: now, isByItself: isByItself,
      reason: reason)
  }
}

extension RecordKind where Value == RefreshFailure {
  /// By instance name.
  public static let refreshFailures = RecordKind<RefreshFailure>("refresh-failures")
}

extension State {
  /// The automatic update of a snap that failed last, if none has succeeded since.
  public subscript(refreshFailure instance: InstanceName) -> RefreshFailure? {
    get { self[.refreshFailures, instance.description] }
    set { self[.refreshFailures, instance.description] = newValue }
  }
}
