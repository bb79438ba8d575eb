package import Assertions
package import Snap
package import StoreProtocol
package import Time

/// A registered name and what is said of the snap, whatever its revision.
package struct SnapRecord: Hashable, Sendable {
  /// 32 letters and digits.
  package let id: String
  package var name: SnapName
  /// The account that publishes it.
  package var publisherID: String
  /// Seen only by who works on it.
  package var isPrivate = false
  /// Found by its name only.
  package var isUnlisted = false
  /// The track that takes who names none; nil is `latest`.
  package var defaultTrack: String?
  package var metadata = SnapMetadata()
  /// What goes into the snap's declaration beside its name and publisher: `plugs`, `slots`, `aliases`,
  /// `refresh-control`, `revision-authority`.
  package var declaration: Assertions.Headers = [:]
  package let createdAt: Timestamp

  package init(
    id: String, name: SnapName, publisherID: String, isPrivate: Bool = false, isUnlisted: Bool = false,
    defaultTrack: String? = nil, metadata: SnapMetadata = SnapMetadata(), declaration: Assertions.Headers = [:],
    createdAt: Timestamp
  ) {
    self.id = id
    self.name = name
    self.publisherID = publisherID
    self.isPrivate = isPrivate
    self.isUnlisted = isUnlisted
    self.defaultTrack = defaultTrack
    self.metadata = metadata
    self.declaration = declaration
    self.createdAt = createdAt
  }
}

/// What people read of a snap.
package struct SnapMetadata: Hashable, Sendable {
  package var title = ""
  package var summary = ""
  package var description = ""
  package var license = ""
  package var contact = ""
  package var website = ""
  /// `website`, `contact`, `issues`, `source`, …
  package var links: [String: [String]] = [:]
  package var media: [StoreMedia] = []
  package var categories: [String] = []
  package var videoURLs: [String] = []

  package init(
    title: String = "", summary: String = "", description: String = "", license: String = "", contact: String = "",
    website: String = "", links: [String: [String]] = [:], media: [StoreMedia] = [], categories: [String] = [],
    videoURLs: [String] = []
  ) {
    self.title = title
    self.summary = summary
    self.description = description
    self.license = license
    self.contact = contact
    self.website = website
    self.links = links
    self.media = media
    self.categories = categories
    self.videoURLs = videoURLs
  }
}

/// Somebody who works on a snap with its publisher.
package struct CollaboratorRecord: Hashable, Sendable {
  package let snapID: String
  package let accountID: String
  /// Not before it is accepted.
  package var isAccepted: Bool
  package let createdAt: Timestamp

  package init(snapID: String, accountID: String, isAccepted: Bool, createdAt: Timestamp) {
    self.snapID = snapID
    self.accountID = accountID
    self.isAccepted = isAccepted
    self.createdAt = createdAt
  }
}

/// A track beside `latest`.
package struct TrackRecord: Hashable, Sendable {
  package let snapID: String
  package let name: String
  /// Versions that may be released there, as the publisher wrote the pattern; nil for any.
  package var versionPattern: String?
  /// What share of devices a release reaches by itself in a day, in percent; nil for all at once.
  package var automaticPhasing: Double?
  package let createdAt: Timestamp

  package init(
    snapID: String, name: String, versionPattern: String? = nil, automaticPhasing: Double? = nil, createdAt: Timestamp
  ) {
    self.snapID = snapID
    self.name = name
    self.versionPattern = versionPattern
    self.automaticPhasing = automaticPhasing
    self.createdAt = createdAt
  }
}

/// A name that nobody may register, or only one.
package struct ReservedName: Hashable, Sendable {
  package let name: String
  /// The account for whom it is kept; nil for nobody.
  package var accountID: String?
  package var reason: String
}

/// Somebody who says that a registered name is theirs.
package struct NameDispute: Hashable, Sendable {
  package let name: String
  package let accountID: String
  package var comment: String
  package let createdAt: Timestamp

  package init(name: String, accountID: String, comment: String, createdAt: Timestamp) {
    self.name = name
    self.accountID = accountID
    self.comment = comment
    self.createdAt = createdAt
  }
}
