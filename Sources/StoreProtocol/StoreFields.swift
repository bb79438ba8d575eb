/// Which members of a snap a client wants (`fields`), as a set that costs nothing to ask.
/// Source: `spec/assertions-and-store.md` §6.
public struct StoreFields: OptionSet, Hashable, Sendable {
  public let rawValue: UInt64
  public init(rawValue: UInt64) { self.rawValue = rawValue }

  /// By bit; the order is the one in which lists of fields are written.
  static let names = [
    "architectures", "base", "categories", "common-ids", "confinement", "contact", "created-at", "description",
    "download", "epoch", "integrity", "license", "links", "media", "name", "prices", "private", "publisher",
    "resources", "revision", "snap-id", "snap-yaml", "store-url", "summary", "title", "type", "version", "website",
    "channel", "channel-map",
  ]
  private static let bits = Dictionary(uniqueKeysWithValues: names.enumerated().map { ($1, UInt64(1) << UInt64($0)) })

  private static func field(_ name: String) -> StoreFields { StoreFields(rawValue: bits[name] ?? 0) }

  public static let architectures = field("architectures")
  public static let base = field("base")
  public static let categories = field("categories")
  public static let commonIDs = field("common-ids")
  public static let confinement = field("confinement")
  public static let contact = field("contact")
  public static let createdAt = field("created-at")
  public static let description = field("description")
  public static let download = field("download")
  public static let epoch = field("epoch")
  public static let integrity = field("integrity")
  public static let license = field("license")
  public static let links = field("links")
  public static let media = field("media")
  public static let name = field("name")
  public static let prices = field("prices")
  public static let isPrivate = field("private")
  public static let publisher = field("publisher")
  public static let resources = field("resources")
  public static let revision = field("revision")
  public static let snapID = field("snap-id")
  public static let snapYAML = field("snap-yaml")
  public static let storeURL = field("store-url")
  public static let summary = field("summary")
  public static let title = field("title")
  public static let type = field("type")
  public static let version = field("version")
  public static let website = field("website")
  public static let channel = field("channel")
  public static let channelMap = field("channel-map")

  /// Every member of a snap.
  public static let all = StoreFields(rawValue: (1 << UInt64(names.count)) - 1).subtracting([.channel, .channelMap])

  /// What a snap action asks for.
  public static let action = all
  /// What `info` asks for.
  public static let info = all.subtracting([.snapYAML, .integrity]).union(.channelMap)
  /// What `find` asks for.
  public static let find = StoreFields.info.union(.channel).subtracting(
    [.architectures, .createdAt, .epoch, .name, .snapID, .resources, .channelMap])

  /// The fields of these names; names that nobody knows are passed over.
  public init(names: some Sequence<some StringProtocol>) {
    self.init(rawValue: names.reduce(0) { $0 | (Self.bits[String($1)] ?? 0) })
  }

  /// The names, as requests have them.
  public var names: [String] {
    Self.names.enumerated().filter { rawValue >> UInt64($0.offset) & 1 == 1 }.map(\.element)
  }
}
