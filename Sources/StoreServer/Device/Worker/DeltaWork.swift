internal import Crypto
internal import Snap
internal import StoreProtocol
internal import StoreState
internal import Time

/// Makes the deltas that a snap's releases ask for.
struct DeltaWork: Sendable {
  let state: any StoreState
  let maker: DeltaMaker

  /// How old a release may be, in seconds, that deltas are still made for: a week.
  static let window: Int64 = 7 * 24 * 3600

  /// One delta that should be there and is not.
  struct Job: Hashable, Sendable {
    var snapID: String
    var source: UInt32
    var target: UInt32
  }

  /// What there is to do for a snap.
  func jobs(_ id: String, now: Int64) throws -> [Job] {
    guard maker.program != nil else { return [] }
    return try state.read { reader in
      let releases = try reader.releases(of: id).filter { ($0.expiresAt?.seconds ?? .max) > now }
      var jobs: [Job] = []
      for release in releases where release.releasedAt.seconds > now - Self.window {
        let history = try reader.history(
          of: id, architecture: release.architecture, channel: release.channel, until: nil, limit: 32)
        let others = releases.filter {
          $0.architecture == release.architecture && $0.channel.track == release.channel.track
            && $0.channel != release.channel
        }
        let sources = DeltaPlan.sources(
          of: release.revision, before: history.compactMap(\.revision), others: others.map(\.revision))
        for source in sources {
          let job = Job(snapID: id, source: source, target: release.revision)
          guard !jobs.contains(job),
            try reader.deltas(of: id, from: source, to: release.revision).isEmpty,
            try !reader.isDeltaRefused(snapID: id, source: source, target: release.revision)
          else { continue }
          jobs.append(job)
        }
      }
      return jobs
    }
  }

  /// What processes began that were never heard of again: others go by the generation, and do not look there once more.
  func abandoned(now: Int64) throws -> [Job] {
    guard maker.program != nil else { return [] }
    return try state.read { try $0.abandonedDeltas(now: now, limit: 16) }
      .map { Job(snapID: $0.snapID, source: $0.source, target: $0.target) }
  }

  /// Seconds that a process may take for one beyond what its making may, before another takes over.
  static let grace: Int64 = 5 * 60

  /// Makes one; nothing when another process makes it or was faster, or one of the images is gone.
  func run(_ job: Job, now: Int64) throws {
    let claim = DeltaClaim(
      snapID: job.snapID, source: job.source, target: job.target,
      claimant: SecureRandom.bytes(16).map { String($0, radix: 16) }.joined(separator: "."),
      until: now + maker.timeLimit + Self.grace)
    guard try state.write({ try $0.claim(claim, now: now) }) else { return }
    let images = try state.read { reader -> (BlobDigest, BlobDigest)? in
      guard let source = try reader.revision(job.source, of: job.snapID),
        let target = try reader.revision(job.target, of: job.snapID),
        try reader.deltas(of: job.snapID, from: job.source, to: job.target).isEmpty
      else { return nil }
      return (source.digest, target.digest)
    }
    guard let (source, target) = images else {
      try state.write { _ = try $0.end(claim) }
      return
    }
    let made: (digest: BlobDigest, size: Int64)?
    do { made = try maker.make(from: source, to: target) } catch {
      // What failed once fails again; devices download the image.
      try state.write { writer in
        guard try writer.end(claim) else { return }
        try writer.refuseDelta(snapID: job.snapID, source: job.source, target: job.target)
      }
      throw error
    }
    // Only now is there a delta for anybody: the blob is whole, and its row comes with the end of the claim.
    try state.write { writer in
      guard try writer.end(claim) else { return }
      guard let made else {
        return try writer.refuseDelta(snapID: job.snapID, source: job.source, target: job.target)
      }
      guard try writer.deltas(of: job.snapID, from: job.source, to: job.target).isEmpty else { return }
      try writer.insert(
        DeltaRecord(
          snapID: job.snapID, source: job.source, target: job.target, format: StoreMediaType.xdelta3,
          digest: made.digest, size: made.size))
    }
  }
}
