public import JSONValues
public import Snap
public import Time

/// `GET v2/snaps/info/NAME`. Source: `spec/assertions-and-store.md` §6.
public struct SnapInfoResponse: WireType {
  public var name: SnapName?
  public var snapID = ""
  /// What all revisions share: title, publisher, …
  public var snap = StoreSnap()
  public var defaultTrack = ""
  public var channelMap: [ChannelMapEntry] = []

  public init(
    name: SnapName? = nil, snapID: String = "", snap: StoreSnap = StoreSnap(), defaultTrack: String = "",
    channelMap: [ChannelMapEntry] = []
  ) {
    (self.name, self.snapID, self.snap, self.channelMap) = (name, snapID, snap, channelMap)
    self.defaultTrack = defaultTrack
  }

  public init(from reader: inout JSONReader) throws(JSONError) {
    guard try reader.beginObject() else { return }
    while let member = try reader.nextMember() {
      switch member {
      case "name": name = try reader.validated(SnapName.self)
      case "snap-id": snapID = try reader.text()
      case "snap": snap = try StoreSnap(from: &reader)
      case "default-track": defaultTrack = try reader.text()
      case "channel-map": channelMap = try reader.list(of: ChannelMapEntry.self)
      default: try reader.skip()
      }
    }
  }

  /// What all revisions share.
  public static let snapFields: StoreFields = [
    .categories, .contact, .description, .license, .links, .media, .name, .prices, .isPrivate, .publisher, .snapID,
    .storeURL, .summary, .title, .website,
  ]

  public func write(to builder: inout JSONBuilder) { write(.all.union(.channelMap), to: &builder) }

  /// Writes the members that were asked for.
  public func write(_ fields: StoreFields, to builder: inout JSONBuilder) {
    builder.object { builder in
      if fields.contains(.channelMap) {
        builder.name("channel-map")
        builder.array { builder in
          for entry in channelMap { entry.write(fields.subtracting(Self.snapFields), to: &builder) }
        }
      }
      builder.member("default-track", unlessEmpty: defaultTrack)
      if let name { builder.member("name", name.rawValue) }
      builder.name("snap")
      snap.write(fields.intersection(Self.snapFields), to: &builder)
      builder.member("snap-id", snapID)
    }
  }
}

/// What is released in one channel of one architecture.
public struct ChannelMapEntry: WireType {
  public var channel: ChannelMapChannel
  /// What is particular to the revision.
  public var snap: StoreSnap

  public init(channel: ChannelMapChannel = ChannelMapChannel(), snap: StoreSnap = StoreSnap()) {
    (self.channel, self.snap) = (channel, snap)
  }

  public init(from reader: inout JSONReader) throws(JSONError) {
    self.init()
    guard try reader.beginObject() else { return }
    while let member = try reader.nextMember() {
      if member == "channel" {
        channel = try ChannelMapChannel(from: &reader)
      } else if try !snap.readMember(member, from: &reader) {
        try reader.skip()
      }
    }
  }

  public func write(to builder: inout JSONBuilder) { write(.all, to: &builder) }

  func write(_ fields: StoreFields, to builder: inout JSONBuilder) {
    builder.object { builder in
      builder.member("channel", channel)
      snap.writeMembers(fields.subtracting(.channel), to: &builder)
    }
  }
}

/// A channel in a channel map.
public struct ChannelMapChannel: WireType {
  public var architecture = ""
  /// Short: `stable`, `2.0/edge`.
  public var name = ""
  public var risk = ""
  public var track = ""
  public var releasedAt: Timestamp?

  public init(
    architecture: String = "", name: String = "", risk: String = "", track: String = "", releasedAt: Timestamp? = nil
  ) {
    (self.architecture, self.name, self.risk, self.track) = (architecture, name, risk, track)
    self.releasedAt = releasedAt
  }

  /// A channel by its parts.
  public init(architecture: String, _ channel: Channel, releasedAt: Timestamp?) {
    self.init(
      architecture: architecture, name: channel.shortName, risk: channel.risk.rawValue, track: channel.track,
      releasedAt: releasedAt)
  }

  public init(from reader: inout JSONReader) throws(JSONError) {
    guard try reader.beginObject() else { return }
    while let member = try reader.nextMember() {
      switch member {
      case "architecture": architecture = try reader.line()
      case "name": name = try reader.line()
      case "risk": risk = try reader.line()
      case "track": track = try reader.line()
      case "released-at": releasedAt = try reader.time()
      default: try reader.skip()
      }
    }
  }

  public func write(to builder: inout JSONBuilder) {
    builder.object { builder in
      builder.member("architecture", architecture)
      builder.member("name", name)
      if let releasedAt { builder.member("released-at", releasedAt.description) }
      builder.member("risk", risk)
      builder.member("track", track)
    }
  }
}

/// `GET v2/snaps/find`.
public struct FindResponse: WireType {
  public var results: [FindResult] = []
  public var errorList: [ErrorListEntry] = []

  public init(results: [FindResult] = [], errorList: [ErrorListEntry] = []) {
    (self.results, self.errorList) = (results, errorList)
  }

  public init(from reader: inout JSONReader) throws(JSONError) {
    guard try reader.beginObject() else { return }
    while let name = try reader.nextMember() {
      switch name {
      case "results": results = try reader.list(of: FindResult.self)
      case "error-list": errorList = try reader.list(of: ErrorListEntry.self)
      default: try reader.skip()
      }
    }
  }

  public func write(to builder: inout JSONBuilder) { write(.all.union(.channel), to: &builder) }

  /// Writes of the snaps the members that were asked for.
  public func write(_ fields: StoreFields, to builder: inout JSONBuilder) {
    builder.object { builder in
      builder.name("results")
      builder.array { builder in for result in results { result.write(fields, to: &builder) } }
      if !errorList.isEmpty { builder.member("error-list", errorList) }
    }
  }
}

/// One snap that was found; on the wire in two parts, what all revisions share and what is the revision's own.
public struct FindResult: WireType {
  /// With name, id, revision and channel.
  public var snap: StoreSnap

  public init(_ snap: StoreSnap = StoreSnap()) { self.snap = snap }

  public init(from reader: inout JSONReader) throws(JSONError) {
    self.init()
    guard try reader.beginObject() else { return }
    while let member = try reader.nextMember() {
      switch member {
      case "name": snap.name = try reader.validated(SnapName.self)
      case "snap-id": snap.snapID = try reader.text()
      case "snap", "revision": try snap.merge(from: &reader)
      default: try reader.skip()
      }
    }
  }

  public func write(to builder: inout JSONBuilder) { write(.all.union(.channel), to: &builder) }

  func write(_ fields: StoreFields, to builder: inout JSONBuilder) {
    builder.object { builder in
      if let name = snap.name { builder.member("name", name.rawValue) }
      builder.name("revision")
      snap.write(fields.subtracting(SnapInfoResponse.snapFields), to: &builder)
      builder.name("snap")
      snap.write(fields.intersection(SnapInfoResponse.snapFields), to: &builder)
      builder.member("snap-id", snap.snapID)
    }
  }
}

/// `GET v2/snaps/categories`.
public struct CategoriesResponse: WireType {
  public var categories: [StoreCategory] = []

  public init(categories: [StoreCategory] = []) { self.categories = categories }

  public init(from reader: inout JSONReader) throws(JSONError) {
    guard try reader.beginObject() else { return }
    while let name = try reader.nextMember() {
      if name == "categories" { categories = try reader.list(of: StoreCategory.self) } else { try reader.skip() }
    }
  }

  public func write(to builder: inout JSONBuilder) {
    builder.object { builder in builder.member("categories", categories) }
  }
}
