internal import Snap

/// What one device asks about one snap.
struct DeviceQuery: Sendable {
  var snapID: String
  var architecture: Architecture
  /// Seconds of Unix time: of a cohort's making for its members.
  var time: Int64
  var seed: DeviceSeed?
  /// What the device has of the snap; nil for nothing.
  var current: UInt32?
}

/// What a device finds at a channel.
struct Resolution: Equatable, Sendable {
  /// Where it was found: the channel asked for, or a safer one.
  var channel: Channel
  var revision: UInt32
  var release: ChannelMap.Release
}

extension ChannelMap {
  /// The channel that a device means by a text, with the snap's default track put in where the text names no track.
  ///
  /// - Parameter knowsDefaultTracks: the client takes redirects (`Snap-Device-Capabilities: default-tracks`).
  /// - Returns: the channel, and whether the device should follow it from now on.
  func asked(_ text: RequestedChannel, knowsDefaultTracks: Bool) -> (channel: Channel, isRedirect: Bool) {
    guard knowsDefaultTracks, !text.namesTrack, let defaultTrack, defaultTrack.track != text.channel.track
    else { return (text.channel, false) }
    return (text.channel.inTrack(of: defaultTrack), true)
  }

  /// What the device gets at a channel, or at the next safer one that has something for it.
  func resolve(_ channel: Channel, _ query: DeviceQuery) -> Resolution? {
    var next: Channel? = channel
    while let channel = next {
      if let release = release(channel, architecture: query.architecture, at: query.time),
        let revision = release.revision(for: query)
      {
        return Resolution(channel: channel, revision: revision, release: release)
      }
      next = channel.fallback
    }
    return nil
  }
}

extension ChannelMap.Release {
  func revision(for query: DeviceQuery) -> UInt32? {
    guard let progress else { return revision }
    return progress.revision(revision, snapID: query.snapID, current: query.current, seed: query.seed)
  }
}

/// A channel as a request wrote it: whether a track was named decides whether the default track is put in.
struct RequestedChannel: Hashable, Sendable {
  let channel: Channel
  let namesTrack: Bool

  /// `latest/stable`, without having been named.
  static let stable = RequestedChannel(.stable, namesTrack: false)

  init(_ channel: Channel, namesTrack: Bool) {
    self.channel = channel
    self.namesTrack = namesTrack
  }

  /// - Parameter text: empty is `stable`.
  init(_ text: String) throws(InvalidText) {
    guard !text.utf8.isEmpty else {
      self = .stable
      return
    }
    channel = try Channel(text)
    namesTrack = Channel.namesTrack(text)
  }
}

/// The steps on the way to a revision that a device cannot go to at once, since it cannot read the device's data.
/// Source: `spec/engine.md` §10.
enum EpochWalk {
  /// One revision that was released where the device looks.
  struct Step: Equatable, Sendable {
    var revision: UInt32
    var epoch: Epoch
  }

  /// The next revision for data of an epoch: the newest of those released that can read it.
  ///
  /// - Parameters:
  ///   - history: what was released to the channel, latest first; its head is what is there now.
  ///   - data: the epoch of what the device has; nil when it has no data.
  static func next(_ history: [Step], from data: Epoch?) -> UInt32? {
    guard let data else { return history.first?.revision }
    return history.first { $0.epoch.canRead(data) }?.revision
  }
}
