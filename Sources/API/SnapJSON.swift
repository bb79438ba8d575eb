public import Time
/// One snap, installed or in a store: an element of `GET /v2/snaps`, the result of `GET /v2/snaps/{name}`.
public struct SnapJSON: Codable, Hashable, Sendable {
  @Present public var id: String
  @OmitEmpty public var title: String
  @Present public var summary: String
  @Present public var description: String
  /// Bytes to fetch from a store.
  @OmitEmpty public var downloadSize: Int64
  /// Path of the API that serves the icon, or a URL.
  @OmitEmpty public var icon: String
  /// Bytes of the image file.
  @OmitEmpty public var installedSize: Int64
  /// When the revision in use was installed.
  public var installDate: Timestamp?
  /// The instance's name.
  @Present public var name: String
  public var publisher: StoreAccountJSON?
  @OmitEmpty public var storeURL: String
  /// The publisher's user name; kept for old clients.
  @Present public var developer: String
  /// `active`, `installed`, `available`, `priced` or `removed`.
  @Present public var status: String
  /// `app`, `os`, `base`, `kernel`, `gadget`, `snapd`.
  @Present public var type: String
  @OmitEmpty public var base: String
  @Present public var version: String
  /// The channel the revision came from.
  @Present public var channel: String
  /// The channel that refreshes follow.
  @OmitEmpty public var trackingChannel: String
  @Present public var ignoreValidation: Bool
  /// `17`, `x1` or `unset`.
  @Present public var revision: String
  /// `strict`, `classic` or `devmode`: what the snap asks for.
  @Present public var confinement: String
  @OmitEmpty public var grade: String
  @Present public var `private`: Bool
  @Present public var devmode: Bool
  @Present public var jailmode: Bool
  @Present public var trymode: Bool
  @OmitEmpty public var apps: [AppJSON]
  /// Why the snap cannot be used, when it cannot.
  @OmitEmpty public var broken: String
  @OmitEmpty public var license: String
  @OmitEmpty public var commonIDs: [String]
  /// The image file or the directory (`snap try`).
  @OmitEmpty public var mountedFrom: String
  @OmitEmpty public var cohortKey: String
  /// Lists of URLs by kind: `contact`, `website`, `issues`, `source-code`, `donation`.
  @OmitEmpty public var links: [String: [String]]
  @Present public var contact: String
  @OmitEmpty public var website: String
  @OmitEmpty public var prices: [String: Double]
  @OmitEmpty public var screenshots: [MediaJSON]
  @OmitEmpty public var media: [MediaJSON]
  @OmitEmpty public var categories: [CategoryJSON]
  /// What the store's channels hold, by full name.
  @OmitEmpty public var channels: [String: ChannelSnapJSON]
  @OmitEmpty public var tracks: [String]
  public var health: HealthJSON?
  /// Until when refreshes are held by the administrator.
  public var hold: Timestamp?
  /// Until when refreshes are held by other snaps.
  public var gatingHold: Timestamp?
  /// Set while a refresh waits for the snap's programs to end.
  public var refreshInhibit: RefreshInhibitJSON?
  /// Set after refreshes that failed.
  public var refreshFailures: RefreshFailuresJSON?
  @OmitEmpty public var components: [ComponentJSON]
  /// What this revision would bring over the one in use, when that was asked for.
  public var update: UpdateJSON?

  public init(name: String = "") { self.name = name }

  enum CodingKeys: String, CodingKey {
    case id, title, summary, description, icon, name, publisher, developer, status, type, base, version, channel
    case revision, confinement, grade, `private`, devmode, jailmode, trymode, apps, broken, license, links, contact
    case website, prices, screenshots, media, categories, channels, tracks, health, hold, components
    case update
    case downloadSize = "download-size"
    case installedSize = "installed-size"
    case installDate = "install-date"
    case storeURL = "store-url"
    case trackingChannel = "tracking-channel"
    case ignoreValidation = "ignore-validation"
    case commonIDs = "common-ids"
    case mountedFrom = "mounted-from"
    case cohortKey = "cohort-key"
    case gatingHold = "gating-hold"
    case refreshInhibit = "refresh-inhibit"
    case refreshFailures = "refresh-failures"
  }
}

/// Who published a snap.
public struct StoreAccountJSON: Codable, Hashable, Sendable {
  @Present public var id: String
  @Present public var username: String
  @Present public var displayName: String
  /// `verified`, `starred` or `unproven`.
  @OmitEmpty public var validation: String

  public init(id: String, username: String, displayName: String, validation: String = "") {
    self.id = id
    self.username = username
    self.displayName = displayName
    self.validation = validation
  }

  enum CodingKeys: String, CodingKey {
    case id, username, validation
    case displayName = "display-name"
  }
}

/// A picture or film of a store's page.
public struct MediaJSON: Codable, Hashable, Sendable {
  @Present public var type: String
  @Present public var url: String
  @OmitEmpty public var width: Int64
  @OmitEmpty public var height: Int64

  public init(type: String, url: String) {
    self.type = type
    self.url = url
  }
}

/// A category of a store.
public struct CategoryJSON: Codable, Hashable, Sendable {
  @Present public var featured: Bool
  @Present public var name: String

  public init(name: String, featured: Bool = false) {
    self.name = name
    self.featured = featured
  }
}

/// What one channel of a store holds.
public struct ChannelSnapJSON: Codable, Hashable, Sendable {
  @Present public var revision: String
  @Present public var confinement: String
  @Present public var version: String
  @Present public var channel: String
  @Present public var size: Int64
  /// When the revision was put into the channel.
  public var releasedAt: Timestamp?

  public init(channel: String) { self.channel = channel }

  enum CodingKeys: String, CodingKey {
    case revision, confinement, version, channel, size
    case releasedAt = "released-at"
  }
}

/// What the snap says of itself through its check-health hook.
public struct HealthJSON: Codable, Hashable, Sendable {
  @Present public var revision: String
  /// When the hook said so.
  public var timestamp: Timestamp?
  /// `unknown`, `okay`, `waiting`, `blocked` or `error`.
  @Present public var status: String
  @OmitEmpty public var message: String
  @OmitEmpty public var code: String

  public init(status: String) { self.status = status }
}

/// A refresh that waits for the snap's programs to end.
public struct RefreshInhibitJSON: Codable, Hashable, Sendable {
  /// When it will no longer wait.
  public var proceedTime: Timestamp?

  public init(proceedTime: Timestamp? = nil) { self.proceedTime = proceedTime }

  enum CodingKeys: String, CodingKey { case proceedTime = "proceed-time" }
}

/// Refreshes to a revision that failed.
public struct RefreshFailuresJSON: Codable, Hashable, Sendable {
  @Present public var revision: String
  @Present public var failureCount: Int
  public var lastFailureTime: Timestamp?
  @OmitEmpty public var lastFailureSeverity: String

  public init(revision: String) { self.revision = revision }

  enum CodingKeys: String, CodingKey {
    case revision
    case failureCount = "failure-count"
    case lastFailureTime = "last-failure-time"
    case lastFailureSeverity = "last-failure-severity"
  }
}

/// A component of a snap.
public struct ComponentJSON: Codable, Hashable, Sendable {
  @Present public var name: String
  @Present public var type: String
  @OmitEmpty public var version: String
  @OmitEmpty public var summary: String
  @OmitEmpty public var description: String
  @OmitEmpty public var revision: String
  public var installDate: Timestamp?
  @OmitEmpty public var installedSize: Int64
  @OmitEmpty public var status: String

  public init(name: String) { self.name = name }

  enum CodingKeys: String, CodingKey {
    case name, type, version, summary, description, revision, status
    case installDate = "install-date"
    case installedSize = "installed-size"
  }
}
