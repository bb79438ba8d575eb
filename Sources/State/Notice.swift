public import Time
/// What a notice is about (`spec/features.md`, "Notices").
public struct NoticeType: RawRepresentable, Hashable, Sendable {
  public let rawValue: String
  public init(rawValue: String) { self.rawValue = rawValue }
  /// A change moved; the key is its id, the data has its kind.
  public static let changeUpdate = NoticeType(rawValue: "change-update")
  /// A warning was added; the key is its message.
  public static let warning = NoticeType(rawValue: "warning")
  /// Which snaps' refreshes are inhibited changed; the key is "-".
  public static let refreshInhibit = NoticeType(rawValue: "refresh-inhibit")
  /// Someone tried to run a snap that is being refreshed; the key is the snap.
  public static let snapRunInhibit = NoticeType(rawValue: "snap-run-inhibit")
  /// A snap asks for a permission; the key is the id of the question.
  public static let prompt = NoticeType(rawValue: "interfaces-requests-prompt")
  /// A rule about permissions changed; the key is its id.
  public static let promptRuleUpdate = NoticeType(rawValue: "interfaces-requests-rule-update")
  /// Those that exist; a filter for others finds nothing.
  public static let known: Set<NoticeType> = [
    .changeUpdate, .warning, .refreshInhibit, .snapRunInhibit, .prompt, .promptRuleUpdate,
  ]
}

/// Something clients may want to hear of, once for each user, type and key, however often it happens.
public struct Notice: Equatable, Sendable, Identifiable {
  /// Never given twice.
  public let id: NoticeID
  /// Who may see it; nil for everyone.
  public let userID: UInt32?
  /// What it is about.
  public let type: NoticeType
  /// Which one of that type it is about; at most `keyLimit` bytes.
  public let key: String
  /// When it first happened.
  public let firstOccurred: Timestamp
  /// When it last happened.
  public internal(set) var lastOccurred: Timestamp
  /// The last occurrence that was not too soon after the one before; clients wait by this.
  public internal(set) var lastRepeated: Timestamp
  /// How often it happened.
  public internal(set) var occurrences: Int
  /// What came with the last occurrence.
  public internal(set) var lastData: [String: String]
  /// Occurrences sooner than this after `lastRepeated` don't count as repeated; zero means all do.
  public internal(set) var repeatAfter: Duration
  /// It is forgotten so long after the last occurrence.
  public internal(set) var expireAfter: Duration

  /// The longest key, in bytes.
  public static let keyLimit = 256
  /// How long a notice is kept by default: 7 days.
  public static let expiry: Duration = .seconds(7 * 24 * 3600)

  struct Identity: Hashable {
    let userID: UInt32?
    let type: NoticeType
    let key: String
  }
  var identity: Identity { Identity(userID: userID, type: type, key: key) }
  /// When it is forgotten.
  public var expires: Timestamp { lastOccurred + expireAfter }
}

/// Which notices to read; every condition that is set must hold.
public struct NoticeFilter: Sendable {
  /// Public ones and those of this user; nil for those of all users.
  public var userID: UInt32?
  /// Nil for all; types that don't exist match nothing.
  public var types: Set<NoticeType>?
  /// Nil for all.
  public var keys: Set<String>?
  /// Only those repeated later than this.
  public var after: Timestamp?

  public init(
    userID: UInt32? = nil, types: Set<NoticeType>? = nil, keys: Set<String>? = nil, after: Timestamp? = nil
  ) {
    self.userID = userID
    self.types = types
    self.keys = keys
    self.after = after
  }

  func matches(_ notice: Notice) -> Bool {
    if let userID, let owner = notice.userID, owner != userID { return false }
    if let types, !types.contains(notice.type) { return false }
    if let keys, !keys.contains(notice.key) { return false }
    if let after, notice.lastRepeated <= after { return false }
    return true
  }
}

extension State {
  /// Notes that something happened.
  /// - Parameters:
  ///   - userID: who may see it; nil for everyone.
  ///   - repeatAfter: an occurrence sooner than this after the last repeated one wakes nobody.
  ///   - expireAfter: kept so long after the last occurrence.
  /// - Throws: `StateError.invalidNotice` for an unknown type, or a key that is empty or too long.
  @discardableResult
  public mutating func addNotice(
    _ type: NoticeType, key: String, userID: UInt32? = nil, data: [String: String] = [:],
    repeatAfter: Duration = .zero, expireAfter: Duration = Notice.expiry
  ) throws(StateError) -> NoticeID {
    guard NoticeType.known.contains(type) else { throw .invalidNotice("unknown type \"\(type.rawValue)\"") }
    guard !key.isEmpty else { throw .invalidNotice("the key is empty") }
    guard key.utf8.count <= Notice.keyLimit else {
      throw .invalidNotice("the key is longer than \(Notice.keyLimit) bytes")
    }
    // Strictly increasing, whatever the clock does, so that "after" misses none.
    let time = max(now, counters.noticeTime + .nanoseconds(1))
    counters.noticeTime = time
    if let id = noticeIndex[Notice.Identity(userID: userID, type: type, key: key)], var notice = noticeTable[id] {
      notice.occurrences += 1
      if repeatAfter == .zero || time > notice.lastRepeated + repeatAfter { notice.lastRepeated = time }
      notice.lastOccurred = time
      notice.lastData = data
      notice.repeatAfter = repeatAfter
      putNotice(id, notice)
      return id
    }
    counters.notice += 1
    let id = NoticeID(rawValue: counters.notice)
    let notice = Notice(
      id: id, userID: userID, type: type, key: key, firstOccurred: time, lastOccurred: time, lastRepeated: time,
      occurrences: 1, lastData: data, repeatAfter: repeatAfter, expireAfter: expireAfter)
    putNotice(id, notice)
    return id
  }

  /// The notices that match and have not expired, in the order they were last repeated.
  public func notices(_ filter: NoticeFilter = NoticeFilter()) -> [Notice] {
    let time = now
    return noticeTable.values.filter { $0.expires >= time && filter.matches($0) }
      .sorted { ($0.lastRepeated, $0.id) < ($1.lastRepeated, $1.id) }
  }

  /// One notice; nil when it doesn't exist or has expired.
  public func notice(_ id: NoticeID) -> Notice? { noticeTable[id].flatMap { $0.expires >= now ? $0 : nil } }
}
