internal import Snap
internal import StoreState

/// Opens and closes channels.
struct ReleaseDesk: Sendable {
  let context: StoreContext

  static func channel(_ text: String) throws(PublisherError) -> Channel {
    do throws(InvalidText) { return try Channel(text) } catch { throw .invalid("\(error)") }
  }

  /// Releases a revision; to all channels or none.
  ///
  /// - Returns: whether that waits for a hold of the snap to end: devices don't see it before.
  @discardableResult
  func release(
    _ number: UInt32, of snap: SnapRecord, _ request: ReleasePlan.Request, by accountID: String
  ) throws -> Bool {
    let now = context.now()
    return try context.state.write { writer in
      guard let revision = try writer.revision(number, of: snap.id) else {
        throw PublisherError(404, "revision-not-found", "snap \(quoted(snap.name)) has no revision \(number)")
      }
      let plan = ReleasePlan(
        revision: revision, tracks: Set(try writer.tracks(of: snap.id).map(\.name)),
        current: try writer.releases(of: snap.id), now: now)
      var isHeld = false
      for release in try plan.releases(request) {
        isHeld = try !context.holds.release(release, by: accountID, in: writer, now: now).isEmpty || isHeld
      }
      return isHeld
    }
  }

  /// Closes channels; those that are closed stay so.
  func close(_ channels: [Channel], of snap: SnapRecord, by accountID: String) throws {
    let now = context.now()
    try context.state.write { writer in
      let tracks = Set(try writer.tracks(of: snap.id).map(\.name))
      for channel in channels where channel.track != "latest" && !tracks.contains(channel.track) {
        throw PublisherError.missing(track: channel.track)
      }
      for release in try writer.releases(of: snap.id) where channels.contains(release.channel) {
        try context.holds.close(
          release.channel, of: snap.id, architecture: release.architecture, by: accountID, in: writer, now: now)
      }
    }
  }
}
