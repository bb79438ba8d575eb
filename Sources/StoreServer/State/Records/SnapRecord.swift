internal import Assertions
internal import Snap
internal import StoreProtocol
internal import Time

/// A registered name and what is said of the snap, whatever its revision.
struct SnapRecord: Hashable, Sendable {
  /// 32 letters and digits.
  let id: String
  var name: SnapName
  /// The account that publishes it.
  var publisherID: String
  /// Seen only by who works on it.
  var isPrivate = false
  /// Found by its name only.
  var isUnlisted = false
  /// The track that takes who names none; nil is `latest`.
  var defaultTrack: String?
  var metadata = SnapMetadata()
  /// What goes into the snap's declaration beside its name and publisher: `plugs`, `slots`, `aliases`,
  /// `refresh-control`, `revision-authority`.
  var declaration: Assertions.Headers = [:]
  let createdAt: Timestamp
}

/// What people read of a snap.
struct SnapMetadata: Hashable, Sendable {
  var title = ""
  var summary = ""
  var description = ""
  var license = ""
  var contact = ""
  var website = ""
  /// `website`, `contact`, `issues`, `source`, …
  var links: [String: [String]] = [:]
  var media: [StoreMedia] = []
  var categories: [String] = []
  var videoURLs: [String] = []
}

/// Somebody who works on a snap with its publisher.
struct CollaboratorRecord: Hashable, Sendable {
  let snapID: String
  let accountID: String
  /// Not before it is accepted.
  var isAccepted: Bool
  let createdAt: Timestamp
}

/// A track beside `latest`.
struct TrackRecord: Hashable, Sendable {
  let snapID: String
  let name: String
  /// Versions that may be released there, as the publisher wrote the pattern; nil for any.
  var versionPattern: String?
  /// What share of devices a release reaches by itself in a day, in percent; nil for all at once.
  var automaticPhasing: Double?
  let createdAt: Timestamp
}

/// A name that nobody may register, or only one.
struct ReservedName: Hashable, Sendable {
  let name: String
  /// The account for whom it is kept; nil for nobody.
  var accountID: String?
  var reason: String
}

/// Somebody who says that a registered name is theirs.
struct NameDispute: Hashable, Sendable {
  let name: String
  let accountID: String
  var comment: String
  let createdAt: Timestamp
}
