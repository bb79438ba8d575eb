public import JSONValues
public import Snap

/// One revision of a snap as a store describes it; what was not asked for is empty.
/// Source: `spec/assertions-and-store.md` §6, "snap object".
public struct StoreSnap: WireType {
  public var name: SnapName?
  public var snapID = ""
  public var revision: Revision?
  public var version = ""
  public var type = SnapType.app
  public var confinement = Confinement.strict
  /// Empty for the one that goes without saying (`core`), `none` for none.
  public var base = ""
  public var architectures: [String] = []
  public var epoch = Epoch.zero
  public var download = SnapDownload()
  public var publisher = StoreAccount()
  public var isPrivate = false
  public var title = ""
  public var summary = ""
  public var description = ""
  public var license = ""
  public var contact = ""
  public var website = ""
  public var storeURL = ""
  public var createdAt = ""
  /// By kind: `contact`, `website`, `issues`, …
  public var links: [String: [String]] = [:]
  public var media: [StoreMedia] = []
  public var commonIDs: [String] = []
  public var categories: [StoreCategory] = []
  /// By currency.
  public var prices: [String: String] = [:]
  public var resources: [SnapResource] = []
  /// The text of `meta/snap.yaml`.
  public var snapYAML = ""
  /// dm-verity, as the store describes it.
  public var integrity: JSONValue = .null
  /// In results of `find`: the channel that the revision is in.
  public var channel = ""

  public init() {}

  public init(from reader: inout JSONReader) throws(JSONError) { try merge(from: &reader) }

  /// Reads an object over what is there: members that it has replace.
  mutating func merge(from reader: inout JSONReader) throws(JSONError) {
    guard try reader.beginObject() else { return }
    while let name = try reader.nextMember() {
      if try !readMember(name, from: &reader) { try reader.skip() }
    }
  }

  /// Reads one member; false when the name is none of a snap's.
  mutating func readMember(_ member: String, from reader: inout JSONReader) throws(JSONError) -> Bool {
    switch member {
    case "name": name = try reader.validated(SnapName.self)
    case "snap-id": snapID = try reader.text()
    case "revision": revision = try reader.revision()
    case "version": version = try reader.line()
    case "type": type = try reader.snapType()
    case "confinement": confinement = try reader.confinement()
    case "base": base = try reader.text()
    case "architectures": architectures = try reader.texts()
    case "epoch": epoch = try reader.epoch()
    case "download": download = try SnapDownload(from: &reader)
    case "publisher": publisher = try StoreAccount(from: &reader)
    case "private": isPrivate = try reader.bool() ?? false
    case "title": title = try reader.line()
    case "summary": summary = try reader.line()
    case "description": description = try reader.paragraph()
    case "license": license = try reader.line()
    case "contact": contact = try reader.line()
    case "website": website = try reader.line()
    case "store-url": storeURL = try reader.line()
    case "created-at": createdAt = try reader.line()
    case "links":
      links = try reader.map { reader throws(JSONError) in
        try reader.list { reader throws(JSONError) in try reader.line() }
      }
    case "media": media = try reader.list(of: StoreMedia.self)
    case "common-ids": commonIDs = try reader.texts()
    case "categories": categories = try reader.list(of: StoreCategory.self)
    case "prices": prices = try reader.map { reader throws(JSONError) in try reader.line() }
    case "resources": resources = try reader.list(of: SnapResource.self)
    case "snap-yaml": snapYAML = try reader.text()
    case "integrity": integrity = try reader.value()
    case "channel": channel = try reader.line()
    default: return false
    }
    return true
  }

  public func write(to builder: inout JSONBuilder) { write(.all.union(.channel), to: &builder) }

  /// Writes the members that were asked for.
  public func write(_ fields: StoreFields, to builder: inout JSONBuilder) {
    builder.object { builder in writeMembers(fields, to: &builder) }
  }

  /// Writes members into an object that has others too.
  func writeMembers(_ fields: StoreFields, to builder: inout JSONBuilder) {
    if fields.contains(.architectures) { builder.member("architectures", architectures) }
    if fields.contains(.base) { builder.member("base", unlessEmpty: base) }
    if fields.contains(.categories) { builder.member("categories", categories) }
    if fields.contains(.channel) { builder.member("channel", unlessEmpty: channel) }
    if fields.contains(.commonIDs) { builder.member("common-ids", commonIDs) }
    if fields.contains(.confinement) { builder.member("confinement", confinement.rawValue) }
    if fields.contains(.contact) { builder.member("contact", contact) }
    if fields.contains(.createdAt) { builder.member("created-at", createdAt) }
    if fields.contains(.description) { builder.member("description", description) }
    if fields.contains(.download) { builder.member("download", download) }
    if fields.contains(.epoch) { builder.member("epoch", epoch) }
    if fields.contains(.integrity), integrity != .null {
      builder.name("integrity")
      builder.value(integrity)
    }
    if fields.contains(.license) { builder.member("license", license) }
    if fields.contains(.links) {
      builder.name("links")
      builder.object { builder in
        for (kind, texts) in links.sorted(by: { $0.key < $1.key }) { builder.member(kind, texts) }
      }
    }
    if fields.contains(.media) { builder.member("media", media) }
    if fields.contains(.name), let name { builder.member("name", name.rawValue) }
    if fields.contains(.prices) { builder.member("prices", prices) }
    if fields.contains(.isPrivate) { builder.member("private", isPrivate) }
    if fields.contains(.publisher) { builder.member("publisher", publisher) }
    if fields.contains(.resources) { builder.member("resources", resources) }
    if fields.contains(.revision), let revision { builder.member("revision", revision) }
    if fields.contains(.snapID) { builder.member("snap-id", snapID) }
    if fields.contains(.snapYAML) { builder.member("snap-yaml", snapYAML) }
    if fields.contains(.storeURL) { builder.member("store-url", unlessEmpty: storeURL) }
    if fields.contains(.summary) { builder.member("summary", summary) }
    if fields.contains(.title) { builder.member("title", title) }
    if fields.contains(.type) { builder.member("type", type.rawValue) }
    if fields.contains(.version) { builder.member("version", version) }
    if fields.contains(.website) { builder.member("website", unlessEmpty: website) }
  }
}

extension JSONReader {
  mutating func snapType() throws(JSONError) -> SnapType {
    guard let text = try string(), !text.isEmpty else { return .app }
    guard let type = SnapType(yaml: text) else { throw JSONError("invalid snap type: \(InvalidText.quote(text))") }
    return type
  }

  mutating func confinement() throws(JSONError) -> Confinement {
    guard let text = try string(), !text.isEmpty else { return .strict }
    guard let confinement = Confinement(rawValue: text) else {
      throw JSONError("invalid confinement type: \(InvalidText.quote(text))")
    }
    return confinement
  }
}

/// Who publishes a snap.
public struct StoreAccount: WireType {
  public var id = ""
  public var username = ""
  public var displayName = ""
  /// `unproven`, `starred`, `verified`, …
  public var validation = ""

  public init(id: String = "", username: String = "", displayName: String = "", validation: String = "") {
    (self.id, self.username, self.displayName, self.validation) = (id, username, displayName, validation)
  }

  public init(from reader: inout JSONReader) throws(JSONError) {
    guard try reader.beginObject() else { return }
    while let name = try reader.nextMember() {
      switch name {
      case "id": id = try reader.line()
      case "username": username = try reader.line()
      case "display-name": displayName = try reader.line()
      case "validation": validation = try reader.line()
      default: try reader.skip()
      }
    }
  }

  public func write(to builder: inout JSONBuilder) {
    builder.object { builder in
      builder.member("display-name", displayName)
      builder.member("id", id)
      builder.member("username", username)
      builder.member("validation", unlessEmpty: validation)
    }
  }
}

/// An icon, a screenshot, a video.
public struct StoreMedia: WireType {
  public var type = ""
  public var url = ""
  /// Pixels; nil when unknown.
  public var width: Int64?
  public var height: Int64?

  public init(type: String = "", url: String = "", width: Int64? = nil, height: Int64? = nil) {
    (self.type, self.url, self.width, self.height) = (type, url, width, height)
  }

  public init(from reader: inout JSONReader) throws(JSONError) {
    guard try reader.beginObject() else { return }
    while let name = try reader.nextMember() {
      switch name {
      case "type": type = try reader.line()
      case "url": url = try reader.line()
      case "width": width = try reader.integer()
      case "height": height = try reader.integer()
      default: try reader.skip()
      }
    }
  }

  public func write(to builder: inout JSONBuilder) {
    builder.object { builder in
      builder.member("type", type)
      builder.member("url", url)
      if let width { builder.member("width", width) }
      if let height { builder.member("height", height) }
    }
  }
}

/// A category, and whether the snap is featured in it.
public struct StoreCategory: WireType {
  public var name = ""
  public var isFeatured: Bool?

  public init(name: String = "", isFeatured: Bool? = nil) { (self.name, self.isFeatured) = (name, isFeatured) }

  public init(from reader: inout JSONReader) throws(JSONError) {
    guard try reader.beginObject() else { return }
    while let member = try reader.nextMember() {
      switch member {
      case "name": name = try reader.line()
      case "featured": isFeatured = try reader.bool()
      default: try reader.skip()
      }
    }
  }

  public func write(to builder: inout JSONBuilder) {
    builder.object { builder in
      if let isFeatured { builder.member("featured", isFeatured) }
      builder.member("name", name)
    }
  }
}
