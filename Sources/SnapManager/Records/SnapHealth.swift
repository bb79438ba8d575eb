public import Snap
public import State
public import Time

/// What a snap says of itself (`snapctl set-health`), or what is said of one that says nothing. Source:
/// `spec/engine.md` §10; keys as the reference's.
public struct SnapHealth: Codable, Equatable, Sendable {
  /// How it is.
  public enum Status: String, Codable, CaseIterable, Sendable {
    case unknown, okay, waiting, blocked, error
  }

  /// The revision that said so.
  public var revision: Revision
  public var timestamp: Timestamp
  public var status: Status
  public var message: String
  /// For programs.
  public var code: String

  public init(revision: Revision, timestamp: Timestamp, status: Status, message: String = "", code: String = "") {
    self.revision = revision
    self.timestamp = timestamp
    self.status = status
    self.message = message
    self.code = code
  }

  /// Of a snap whose `check-health` hook told nothing.
  public static func untold(_ revision: Revision, at time: Timestamp) -> SnapHealth {
    SnapHealth(
      revision: revision, timestamp: time, status: .unknown, message: "hook did not call set-health",
      code: "snapd-hook-no-health-set")
  }

  /// Of a snap whose `check-health` hook failed.
  public static func failed(_ revision: Revision, at time: Timestamp) -> SnapHealth {
    SnapHealth(
      revision: revision, timestamp: time, status: .unknown, message: "hook failed", code: "snapd-hook-failed")
  }
}

extension RecordKind where Value == SnapHealth {
  /// How the snaps are, by instance name.
  public static let health = RecordKind<SnapHealth>("health")
}
