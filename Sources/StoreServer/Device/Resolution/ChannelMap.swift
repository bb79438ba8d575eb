internal import Snap

/// What of a snap is released where, as devices see it.
struct ChannelMap: Equatable, Sendable {
  /// One open channel of one architecture.
  struct Release: Equatable, Sendable {
    var architecture: Architecture
    var channel: Channel
    /// What the channel has; of a progressive release the revision on its way in.
    var revision: UInt32
    /// When, in seconds of Unix time.
    var releasedAt: Int64
    /// When it closes by itself, in seconds of Unix time; nil for never.
    var expiresAt: Int64?
    /// Set while only some devices get the revision.
    var progress: ProgressiveRelease?

    init(
      architecture: Architecture, channel: Channel, revision: UInt32, releasedAt: Int64, expiresAt: Int64? = nil,
      progress: ProgressiveRelease? = nil
    ) {
      self.architecture = architecture
      self.channel = channel
      self.revision = revision
      self.releasedAt = releasedAt
      self.expiresAt = expiresAt
      self.progress = progress
    }

    /// Whether it is there at a time.
    func isOpen(at time: Int64) -> Bool { expiresAt.map { time < $0 } ?? true }
  }

  /// How long a branch is open unless it is released to again, in seconds: 30 days.
  static let branchLifetime: Int64 = 30 * 24 * 3600

  /// Open channels, in no order.
  var releases: [Release]
  /// The track, as its stable channel, that takes who names none; nil is `latest`.
  private(set) var defaultTrack: Channel?

  init(releases: [Release] = [], defaultTrack: String? = nil) {
    self.releases = releases
    self.defaultTrack = defaultTrack.flatMap { try? Channel("\($0)/stable") }
  }

  /// The channels that are open, for those who asked for one that is not.
  func open(at time: Int64) -> [Release] {
    releases.filter { $0.isOpen(at: time) }.sorted {
      ($0.architecture.description, $0.channel.track, $0.channel.risk.order, $0.channel.branch ?? "")
        < ($1.architecture.description, $1.channel.track, $1.channel.risk.order, $1.channel.branch ?? "")
    }
  }

  /// The release that a device of an architecture finds at exactly this channel. One for `all` architectures counts
  /// as one for the device's; of both, the later.
  func release(_ channel: Channel, architecture: Architecture, at time: Int64) -> Release? {
    var found: Release?
    for release in releases
    where release.channel == channel && release.architecture.isSupported(on: architecture) && release.isOpen(at: time) {
      if let other = found, other.releasedAt > release.releasedAt { continue }
      found = release
    }
    return found
  }
}

extension Channel.Risk {
  /// Least risk first.
  var order: Int {
    switch self {
    case .stable: 0
    case .candidate: 1
    case .beta: 2
    case .edge: 3
    }
  }

  /// The next that risks less; nil for stable.
  var safer: Channel.Risk? {
    switch self {
    case .stable: nil
    case .candidate: .stable
    case .beta: .candidate
    case .edge: .beta
    }
  }
}

extension Channel {
  /// Where one goes when this one is closed: from a branch to its risk, from a risk to the next safer; nil after
  /// stable. The track stays. Source: `spec/assertions-and-store.md` §6, "Channels".
  var fallback: Channel? {
    if branch != nil { return at(risk) }
    return risk.safer.map(at)
  }

  /// As answers to devices name it: the track unless it is `latest`, the risk, the branch.
  var answerName: String { track == "latest" ? trackless : fullName }
}
