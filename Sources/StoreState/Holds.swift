package import Snap
package import Time

/// Who publishes a snap can be impersonated: by a stolen password that registers a new key, or takes the snap over. So
/// after a new key or a change of owner what is released waits, until an administrator lets it pass or some days are
/// over in which somebody can notice. Devices see the channels as they were; new registrations are not held.
///
/// Everything that releases goes through here, in the transaction that it is part of.
package struct Holds: Sendable {
  /// How long a hold lasts when nobody ends it; zero for none at all.
  package let delay: Duration

  package init(delay: Duration) {
    self.delay = delay
  }

  /// Holds the updates of the account's snaps that devices may have: those with something released.
  package func begin(forNewKeyOf accountID: String, in state: any StoreWriter, now: Timestamp) throws {
    for snap in try state.snaps(publisher: accountID) { try begin(.newKey, snapID: snap.id, in: state, now: now) }
  }

  /// Holds the updates of a snap that has changed hands.
  package func begin(forNewOwnerOf snapID: String, in state: any StoreWriter, now: Timestamp) throws {
    try begin(.newOwner, snapID: snapID, in: state, now: now)
  }

  private func begin(
    _ reason: HoldRecord.Reason, snapID: String, in state: any StoreWriter, now: Timestamp
  ) throws {
    let wasReleased = try !state.history(of: snapID, architecture: nil, channel: nil, until: nil, limit: 1).isEmpty
    guard delay > .zero, wasReleased else { return }
    try state.insertHold(snapID: snapID, reason: reason, at: now, until: now + delay)
  }

  /// Releases a revision, at once or when the snap's holds end.
  ///
  /// - Returns: the holds that it waits for; none when it is released.
  package func release(
    _ release: ReleaseRecord, by accountID: String, in state: any StoreWriter, now: Timestamp
  ) throws -> [HoldRecord] {
    let holds = try state.holds(of: release.snapID).filter { now < $0.until }
    guard holds.isEmpty else {
      try state.insertHeld(release, by: accountID)
      return holds
    }
    try pass(release.snapID, in: state, now: now)
    try state.set(release, by: accountID)
    return []
  }

  /// Closes a channel at once, and forgets what waits for it: nothing new comes to devices by that.
  package func close(
    _ channel: Channel, of snapID: String, architecture: Architecture, by accountID: String,
    in state: any StoreWriter, now: Timestamp
  ) throws {
    for held in try state.heldReleases(of: snapID)
    where held.release.channel == channel && held.release.architecture == architecture {
      try state.removeHeld(id: held.id)
    }
    try state.close(channel, of: snapID, architecture: architecture, at: now, by: accountID)
  }

  /// An administrator lets a snap's updates pass.
  package func end(snapID: String, by accountID: String, in state: any StoreWriter, now: Timestamp) throws {
    for hold in try state.holds(of: snapID) { try state.endHold(id: hold.id, at: now, by: accountID) }
    try pass(snapID, in: state, now: now)
  }

  /// Ends what is over. Called now and then, by every process.
  package func endDue(in state: any StoreWriter, now: Timestamp) throws {
    for snapID in Set(try state.holds(of: nil).filter { $0.until <= now }.map(\.snapID)).sorted() {
      try pass(snapID, in: state, now: now)
    }
  }

  /// Ends the snap's holds that are over; without any left, releases what waited, in its order.
  private func pass(_ snapID: String, in state: any StoreWriter, now: Timestamp) throws {
    var isHeld = false
    for hold in try state.holds(of: snapID) {
      if hold.until <= now { try state.endHold(id: hold.id, at: now, by: nil) } else { isHeld = true }
    }
    if isHeld { return }
    for held in try state.heldReleases(of: snapID) {
      var release = held.release
      // The history is of what devices saw.
      release.releasedAt = now
      try state.set(release, by: held.by)
      try state.removeHeld(id: held.id)
    }
  }
}
