internal import Snap
internal import StoreState
internal import Time

/// What a request to release would do to a snap's channels.
struct ReleasePlan {
  /// What somebody asks for.
  struct Request: Sendable {
    var channels: [Channel]
    /// Nil for all devices at once.
    var progressive: Progressive?

    struct Progressive: Hashable, Sendable {
      /// Above 0, up to 100.
      var percentage: Double
      var isPaused: Bool
    }
  }

  /// Seconds that a branch stays open after something was released to it: 30 days, as in the reference's store.
  static let branchLifetime: Int64 = 30 * 86_400

  let revision: RevisionRecord
  /// Tracks of the snap beside `latest`.
  let tracks: Set<String>
  /// What is in the channels now.
  let current: [ReleaseRecord]
  let now: Timestamp

  /// The new lines of the channel map.
  func releases(_ request: Request) throws(PublisherError) -> [ReleaseRecord] {
    guard !request.channels.isEmpty else { throw .invalid("no channel to release to") }
    switch revision.status {
    case .ready: break
    case .review:
      throw .conflict(
        "needs-review", "revision \(revision.number) cannot be released: it waits for being reviewed")
    case .rejected:
      throw .conflict("rejected", "revision \(revision.number) cannot be released: it was rejected")
    }
    var releases: [ReleaseRecord] = []
    for channel in request.channels {
      try check(channel)
      for architecture in revision.architectures {
        releases.append(try release(to: channel, architecture, request.progressive))
      }
    }
    return releases
  }

  private func check(_ channel: Channel) throws(PublisherError) {
    guard channel.track == "latest" || tracks.contains(channel.track) else {
      throw .missing(track: channel.track)
    }
    if let branch = channel.branch, Channel.Risk(rawValue: branch) != nil {
      throw .invalid("a branch cannot be called \(quoted(branch))")
    }
    guard channel.branch == nil, channel.risk == .stable || channel.risk == .candidate else { return }
    // Source: what the reference's store refuses; `spec/features.md` §4 on grade and confinement.
    if revision.grade == .devel {
      throw .invalid("revision \(revision.number) has grade devel and cannot be released to \(channel.fullName)")
    }
    if revision.confinement == .devmode {
      throw .invalid(
        "revision \(revision.number) has confinement devmode and cannot be released to \(channel.fullName)")
    }
  }

  private func release(
    to channel: Channel, _ architecture: Architecture, _ progressive: Request.Progressive?
  ) throws(PublisherError) -> ReleaseRecord {
    let before = current.first { $0.channel == channel && $0.architecture == architecture }
    var progress: ReleaseProgress?
    if let progressive {
      guard channel.branch == nil else { throw .invalid("a branch cannot be released to progressively") }
      guard progressive.percentage > 0, progressive.percentage <= 100 else {
        throw .invalid("the percentage of a progressive release is above 0 and up to 100")
      }
      // Who had the channel's revision before keeps it meanwhile; of two progressive releases the first had one too.
      let others = before.flatMap { $0.progress == nil ? $0.revision : $0.progress?.others }
      if others == revision.number {
        progress = nil
      } else if progressive.percentage < 100 || progressive.isPaused {
        progress = ReleaseProgress(
          share: max(1, Int((progressive.percentage * 100).rounded())), isPaused: progressive.isPaused, others: others)
      }
    }
    return ReleaseRecord(
      snapID: revision.snapID, architecture: architecture, channel: channel, revision: revision.number,
      releasedAt: keepsTime(before, progress) ? before?.releasedAt ?? now : now,
      expiresAt: channel.branch == nil ? nil : now + .seconds(Self.branchLifetime), progress: progress)
  }

  /// A change of the share alone is no new release: which devices are in depends on when it began.
  private func keepsTime(_ before: ReleaseRecord?, _ progress: ReleaseProgress?) -> Bool {
    before?.revision == revision.number && before?.progress != nil && progress != nil
  }
}
