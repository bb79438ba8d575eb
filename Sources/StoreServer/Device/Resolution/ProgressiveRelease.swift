internal import Crypto

/// A revision that only some of a channel's devices get, so that a mistake meets few.
struct ProgressiveRelease: Equatable, Sendable {
  /// How many of 10,000 devices get the revision: 2,500 is 25 %.
  var share: Int
  /// Nobody new gets it; who has it keeps it.
  var isPaused: Bool
  /// What the other devices get; nil when the channel had nothing before.
  var others: UInt32?

  init(share: Int, isPaused: Bool = false, others: UInt32?) {
    self.share = max(0, min(10_000, share))
    self.isPaused = isPaused
    self.others = others
  }

  /// The revision of a device.
  ///
  /// Who is in stays in while the share grows, since a device's place among the 10,000 depends on the release alone:
  /// the snap, the revision and the device.
  ///
  /// - Parameters:
  ///   - current: what the device has; who has the new revision keeps it, whatever the share is now.
  ///   - seed: what tells the device from others; nil when nothing does, and then it is not among the first.
  /// - Returns: nil when there is nothing for the device in the channel.
  func revision(_ revision: UInt32, snapID: String, current: UInt32?, seed: DeviceSeed?) -> UInt32? {
    if current == revision { return revision }
    if !isPaused, share == 10_000 { return revision }
    if !isPaused, let seed, seed.place(snapID: snapID, revision: revision) < share { return revision }
    return others
  }
}

/// What stays the same of a device from one request to the next, and is another's on most others.
///
/// Requests name no device unless they carry a session. So it is, by what is there: the session's serial, the cohort,
/// the salted instance key of a parallel instance, the moment at which the device refreshed the snap last, the address.
enum DeviceSeed: Hashable, Sendable {
  case serial(String)
  case cohort(String)
  case instance(String)
  case refreshed(String)
  case address(String)

  private var text: String {
    switch self {
    case .serial(let text): "s" + text
    case .cohort(let text): "c" + text
    case .instance(let text): "i" + text
    case .refreshed(let text): "r" + text
    case .address(let text): "a" + text
    }
  }

  /// The device's place among 10,000 for one release.
  func place(snapID: String, revision: UInt32) -> Int {
    let digest = Digest.of(Array("\(snapID)\n\(revision)\n\(text)".utf8), .sha256)
    let number = digest.prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    return Int(number % 10_000)
  }
}
