internal import Snap
internal import Time

/// One open channel of one architecture, as devices find it.
struct ReleaseRecord: Hashable, Sendable {
  let snapID: String
  let architecture: Architecture
  let channel: Channel
  /// Of a progressive release the revision on its way in.
  var revision: UInt32
  var releasedAt: Timestamp
  /// When it closes by itself; nil for never.
  var expiresAt: Timestamp?
  var progress: ReleaseProgress?
}

/// Set while only some devices get a revision.
struct ReleaseProgress: Hashable, Sendable {
  /// How many of 10,000 devices get it.
  var share: Int
  /// Nobody new gets it; who has it keeps it.
  var isPaused: Bool
  /// What the other devices get; nil when the channel had nothing before.
  var others: UInt32?
}

/// What was done to a channel.
struct HistoryRecord: Hashable, Sendable {
  let snapID: String
  let architecture: Architecture
  let channel: Channel
  /// Nil when the channel was closed.
  let revision: UInt32?
  let progress: ReleaseProgress?
  let expiresAt: Timestamp?
  let at: Timestamp
  /// The account that did it.
  let by: String
}

/// Why and until when what is released to a snap's channels does not reach devices.
struct HoldRecord: Hashable, Sendable {
  enum Reason: String, Sendable {
    /// An account has a new key to sign with.
    case newKey = "new-key"
    /// The snap has changed hands.
    case newOwner = "new-owner"
  }

  let id: Int
  /// The snap whose updates are held.
  let snapID: String
  let reason: Reason
  let createdAt: Timestamp
  /// When it ends by itself.
  let until: Timestamp
}

/// A release that waits for the holds of its snap to end.
struct HeldRelease: Hashable, Sendable {
  let id: Int
  let release: ReleaseRecord
  /// Who released.
  let by: String
}
