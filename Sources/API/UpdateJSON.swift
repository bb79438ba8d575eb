/// What an update would bring: the `update` of each snap of `GET /v2/find?select=refresh&explain=true`. Not in the
/// reference.
public struct UpdateJSON: Codable, Hashable, Sendable {
  /// Bytes to fetch: those of the delta if there is one, else of the image.
  @Present public var downloadSize: Int64
  /// Whether that is a delta.
  @OmitEmpty public var delta: Bool
  /// The revision in use.
  @OmitEmpty public var fromRevision: String
  @OmitEmpty public var fromVersion: String
  /// Plugs that are new and will connect by themselves.
  @OmitEmpty public var permissions: [UpdatePermissionJSON]
  /// Said when the publisher is another one than of the revision in use.
  public var publisher: UpdateIdentityJSON?
  /// Said when another key signed for the publisher's declaration.
  public var key: UpdateIdentityJSON?
  /// Why it does not happen by itself now, a sentence each; empty when it would.
  @OmitEmpty public var held: [String]

  public init(downloadSize: Int64, delta: Bool = false) {
    self.downloadSize = downloadSize
    self.delta = delta
  }

  enum CodingKeys: String, CodingKey {
    case delta, permissions, publisher, key, held
    case downloadSize = "download-size"
    case fromRevision = "from-revision"
    case fromVersion = "from-version"
  }
}

/// A permission that an update would gain.
public struct UpdatePermissionJSON: Codable, Hashable, Sendable {
  @Present public var plug: String
  @Present public var interface: String
  /// What the interface is for, in a few words.
  @OmitEmpty public var summary: String

  public init(plug: String, interface: String, summary: String = "") {
    self.plug = plug
    self.interface = interface
    self.summary = summary
  }
}

/// Who or what it was, and will be.
public struct UpdateIdentityJSON: Codable, Hashable, Sendable {
  @Present public var from: String
  @Present public var to: String

  public init(from: String, to: String) {
    self.from = from
    self.to = to
  }
}
