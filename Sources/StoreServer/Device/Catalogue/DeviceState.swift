internal import Snap
internal import StoreProtocol

/// What devices see of a snap, whatever revision: one value, so that asking for many snaps is one look-up each.
struct DeviceSnap: Equatable, Sendable {
  var id: String
  var name: SnapName
  var publisherID: String
  /// Seen only by who may.
  var isPrivate: Bool
  /// Found by its name only.
  var isUnlisted: Bool
  var map: ChannelMap

  init(
    id: String, name: SnapName, publisherID: String, isPrivate: Bool = false, isUnlisted: Bool = false, map: ChannelMap
  ) {
    self.id = id
    self.name = name
    self.publisherID = publisherID
    self.isPrivate = isPrivate
    self.isUnlisted = isUnlisted
    self.map = map
  }
}

/// Something that was released to a channel, or the channel's closing.
struct DeviceHistoryEntry: Equatable, Sendable {
  /// Nil when the channel was closed.
  var revision: UInt32?
  /// Seconds of Unix time.
  var at: Int64

  init(revision: UInt32?, at: Int64) {
    self.revision = revision
    self.at = at
  }
}

/// What is made of one image so that who has it downloads less.
struct DeviceDelta: Equatable, Sendable {
  var source: UInt32
  var target: UInt32
  var format: String
  /// Lower-case hexadecimal.
  var sha3_384: String
  var size: Int64

  init(source: UInt32, target: UInt32, format: String, sha3_384: String, size: Int64) {
    self.source = source
    self.target = target
    self.format = format
    self.sha3_384 = sha3_384
    self.size = size
  }
}

/// What the device side reads of the store's state. Calls block; any thread may make them.
///
/// What is read may be kept in memory as long as ``generation()`` says the same: whatever changes a snap, its
/// revisions, channels, deltas or its publisher's account raises it, in whichever process.
protocol DeviceState: Sendable {
  /// Has all that `body` reads with what it is given be of one instant, which costs less than one by one. What it is
  /// given must not be kept, nor be used by another thread.
  func atOnce<Result>(_ body: (any DeviceState) throws -> Result) throws -> Result
  /// A number that grows with every change.
  func generation() throws -> Int64
  /// The snaps that changed after a generation; nil when that is not known any more, and all may have.
  func snapsChanged(since generation: Int64) throws -> [String]?

  func snap(id: String) throws -> DeviceSnap?
  func snapID(name: String) throws -> String?
  /// Ids in their order, piece by piece.
  func snapIDs(after id: String, limit: Int) throws -> [String]
  /// All that can be said of one revision, but where it is downloaded.
  func revision(_ number: UInt32, of snapID: String) throws -> StoreSnap?
  /// Whether the revision was ever released, and so is for everybody who sees the snap.
  func wasReleased(_ number: UInt32, of snapID: String) throws -> Bool
  /// What was released to a channel of an architecture until a time, latest first; closings too.
  func history(
    of snapID: String, architecture: Architecture, channel: Channel, until: Int64, limit: Int
  ) throws -> [DeviceHistoryEntry]
  /// The channel map as it was at a time, branches without those that had expired.
  func map(of snapID: String, at time: Int64) throws -> ChannelMap
  func deltas(of snapID: String, from source: UInt32, to target: UInt32) throws -> [DeviceDelta]
  /// Whether an account publishes the snap, or works on it with who does.
  func mayDevelop(snapID: String, account: String) throws -> Bool
  /// What a validation set says; nil when there is none. Latest sequence when none is named.
  func validationSet(account: String, name: String, sequence: Int?) throws -> [DeviceValidation]?
}

/// What a validation set says of one snap.
struct DeviceValidation: Equatable, Sendable {
  var snapID: String
  /// `required`, `optional` or `invalid`.
  var presence: String
  var revision: UInt32?

  init(snapID: String, presence: String, revision: UInt32?) {
    self.snapID = snapID
    self.presence = presence
    self.revision = revision
  }
}
