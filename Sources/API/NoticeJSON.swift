public import Time
/// A warning of the system: an element of `GET /v2/warnings`.
public struct WarningJSON: Codable, Hashable, Sendable {
  @Present public var message: String
  /// When the warning first came up.
  public var firstAdded: Timestamp?
  /// When it came up last.
  public var lastAdded: Timestamp?
  /// When it was acknowledged last; absent when it never was.
  public var lastShown: Timestamp?
  /// Go's text of a duration, `672h0m0s`.
  @OmitEmpty public var expireAfter: String
  /// Go's text of a duration, `24h0m0s`.
  @OmitEmpty public var repeatAfter: String

  public init(message: String) { self.message = message }

  enum CodingKeys: String, CodingKey {
    case message
    case firstAdded = "first-added"
    case lastAdded = "last-added"
    case lastShown = "last-shown"
    case expireAfter = "expire-after"
    case repeatAfter = "repeat-after"
  }
}

/// The body of `POST /v2/warnings`.
public struct WarningsInstruction: Codable, Hashable, Sendable {
  /// `okay`.
  @Present public var action: String
  /// Warnings added up to here are acknowledged.
  public var timestamp: Timestamp

  public init(action: String, timestamp: Timestamp) {
    self.action = action
    self.timestamp = timestamp
  }
}

/// Something that happened: an element of `GET /v2/notices`.
public struct NoticeJSON: Codable, Hashable, Sendable {
  @Present public var id: String
  /// Whom it is for; `null` (written) means everybody.
  public var userID: Int64?
  /// `change-update`, `warning`, `refresh-inhibit`, `snap-run-inhibit`, `interfaces-requests-prompt`, ….
  @Present public var type: String
  @Present public var key: String
  public var firstOccurred: Timestamp
  /// When it happened last, repeated to clients or not.
  public var lastOccurred: Timestamp
  /// When it counted as new last: what clients ask for with `after`.
  public var lastRepeated: Timestamp
  @Present public var occurrences: Int
  @OmitEmpty public var lastData: [String: String]
  @OmitEmpty public var repeatAfter: String
  @OmitEmpty public var expireAfter: String

  public init(
    id: String, userID: Int64?, type: String, key: String, firstOccurred: Timestamp, lastOccurred: Timestamp,
    lastRepeated: Timestamp, occurrences: Int
  ) {
    self.id = id
    self.userID = userID
    self.type = type
    self.key = key
    self.firstOccurred = firstOccurred
    self.lastOccurred = lastOccurred
    self.lastRepeated = lastRepeated
    self.occurrences = occurrences
  }

  enum CodingKeys: String, CodingKey {
    case id, type, key, occurrences
    case userID = "user-id"
    case firstOccurred = "first-occurred"
    case lastOccurred = "last-occurred"
    case lastRepeated = "last-repeated"
    case lastData = "last-data"
    case repeatAfter = "repeat-after"
    case expireAfter = "expire-after"
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(_id, forKey: .id)
    // Unlike everything else that is optional, a public notice says so: "user-id": null.
    try container.encode(userID, forKey: .userID)
    try container.encode(_type, forKey: .type)
    try container.encode(_key, forKey: .key)
    try container.encode(firstOccurred, forKey: .firstOccurred)
    try container.encode(lastOccurred, forKey: .lastOccurred)
    try container.encode(lastRepeated, forKey: .lastRepeated)
    try container.encode(_occurrences, forKey: .occurrences)
    try container.encode(_lastData, forKey: .lastData)
    try container.encode(_repeatAfter, forKey: .repeatAfter)
    try container.encode(_expireAfter, forKey: .expireAfter)
  }
}

/// The body of `POST /v2/notices`.
public struct NoticeInstruction: Codable, Hashable, Sendable {
  /// `add`.
  @Present public var action: String
  @Present public var type: String
  @Present public var key: String

  public init(action: String, type: String, key: String) {
    self.action = action
    self.type = type
    self.key = key
  }
}
