package import Snap
package import Time

/// One open channel of one architecture, as devices find it.
package struct ReleaseRecord: Hashable, Sendable {
  package let snapID: String
  package let architecture: Architecture
  package let channel: Channel
  /// Of a progressive release the revision on its way in.
  package var revision: UInt32
  package var releasedAt: Timestamp
  /// When it closes by itself; nil for never.
  package var expiresAt: Timestamp?
  package var progress: ReleaseProgress?

  package init(
    snapID: String, architecture: Architecture, channel: Channel, revision: UInt32, releasedAt: Timestamp,
    expiresAt: Timestamp? = nil, progress: ReleaseProgress? = nil
  ) {
    self.snapID = snapID
    self.architecture = architecture
    self.channel = channel
    self.revision = revision
    self.releasedAt = releasedAt
    self.expiresAt = expiresAt
    self.progress = progress
  }
}

/// Set while only some devices get a revision.
package struct ReleaseProgress: Hashable, Sendable {
  /// How many of 10,000 devices get it.
  package var share: Int
  /// Nobody new gets it; who has it keeps it.
  package var isPaused: Bool
  /// What the other devices get; nil when the channel had nothing before.
  package var others: UInt32?

  package init(share: Int, isPaused: Bool, others: UInt32? = nil) {
    self.share = share
    self.isPaused = isPaused
    self.others = others
  }
}

/// What was done to a channel.
package struct HistoryRecord: Hashable, Sendable {
  package let snapID: String
  package let architecture: Architecture
  package let channel: Channel
  /// Nil when the channel was closed.
  package let revision: UInt32?
  package let progress: ReleaseProgress?
  package let expiresAt: Timestamp?
  package let at: Timestamp
  /// The account that did it.
  package let by: String
}

/// Why and until when what is released to a snap's channels does not reach devices.
package struct HoldRecord: Hashable, Sendable {
  /// What happened.
  package enum Reason: String, Sendable {
    /// An account has a new key to sign with.
    case newKey = "new-key"
    /// The snap has changed hands.
    case newOwner = "new-owner"
  }

  package let id: Int
  /// The snap whose updates are held.
  package let snapID: String
  package let reason: Reason
  package let createdAt: Timestamp
  /// When it ends by itself.
  package let until: Timestamp
}

/// A release that waits for the holds of its snap to end.
package struct HeldRelease: Hashable, Sendable {
  package let id: Int
  package let release: ReleaseRecord
  /// Who released.
  package let by: String
}
