internal import ByteText
public import State

/// What a validation set is called by: `ACCOUNT/NAME`.
public struct ValidationSetKey: Hashable, Comparable, Sendable, CustomStringConvertible {
  public let account: String
  public let name: String

  /// - Throws: with the reference's words when one of the two cannot be.
  public init(account: String, name: String) throws(ValidationSetRefusal) {
    guard NameForm.isAccountID(account) else { throw .invalidAccount(account) }
    guard name.utf8.count <= 128, NameForm.areSmallWords(name) else { throw .invalidName(name) }
    self.account = account
    self.name = name
  }

  /// Parses `ACCOUNT/NAME`, and the number behind an equals sign if there is one.
  ///
  /// - Returns: the key, and the number at which it is pinned.
  public static func parse(_ text: String) throws(ValidationSetRefusal) -> (key: ValidationSetKey, sequence: Int?) {
    let halves = text.byteSplit("=", maxSplits: 1, keepingEmpty: true).map(String.init)
    let parts = halves[0].byteSplit("/", keepingEmpty: true).map(String.init)
    guard parts.count == 2 else { throw .notAKey(text) }
    let key = try ValidationSetKey(account: parts[0], name: parts[1])
    guard halves.count == 2 else { return (key, nil) }
    guard let number = Self.number(halves[1]) else { throw .invalidSequence(halves[1]) }
    return (key, number)
  }

  /// A number of a sequence: from 1, digits alone.
  public static func number(_ text: String) -> Int? {
    guard (1...9).contains(text.utf8.count), text.utf8.allSatisfy({ $0.isASCIIDigit }),
      let number = Int(text), number > 0
    else { return nil }
    return number
  }

  public static func < (left: ValidationSetKey, right: ValidationSetKey) -> Bool {
    left.description < right.description
  }

  public var description: String { "\(account)/\(name)" }
}

/// A validation set that is followed. Keys as the reference's (`spec/engine.md` §11).
public struct TrackedSet: Codable, Equatable, Sendable {
  /// What it is followed for.
  public enum Mode: Int, Codable, Sendable {
    /// It is said whether the system is as it says.
    case monitor = 0
    /// The system is kept as it says.
    case enforce = 1

    /// As requests say it.
    public init?(_ text: String) {
      switch text {
      case "monitor": self = .monitor
      case "enforce": self = .enforce
      default: return nil
      }
    }

    /// As requests and lists say it.
    public var name: String { self == .monitor ? "monitor" : "enforce" }
  }

  public var account: String
  public var name: String
  public var mode: Mode
  /// The number that it stays at; nil follows the newest.
  public var pinnedAt: Int?
  /// The number that counts now.
  public var current: Int
  /// Whether no store has it: it was added by hand.
  public var isLocalOnly: Bool

  enum CodingKeys: String, CodingKey {
    case name, mode, current
    case account = "account-id"
    case pinnedAt = "pinned-at"
    case isLocalOnly = "local-only"
  }

  public init(_ key: ValidationSetKey, mode: Mode, pinnedAt: Int? = nil, current: Int, isLocalOnly: Bool = false) {
    account = key.account
    name = key.name
    self.mode = mode
    self.pinnedAt = pinnedAt
    self.current = current
    self.isLocalOnly = isLocalOnly
  }

  /// The number by which it is asked for.
  public var sequence: Int { pinnedAt ?? current }
}

extension RecordKind where Value == TrackedSet {
  /// By `ACCOUNT/NAME`.
  public static let validationSets = RecordKind<TrackedSet>("validation-sets")
}

extension RecordKind where Value == [[String: TrackedSet]] {
  /// What was followed before, oldest first: one row.
  static let validationSetHistory = RecordKind<[[String: TrackedSet]]>("validation-sets-history")
}

extension State {
  /// A set that is followed.
  public subscript(validationSet key: ValidationSetKey) -> TrackedSet? {
    get { self[.validationSets, key.description] }
    set { self[.validationSets, key.description] = newValue }
  }

  /// All that are followed, by key.
  public var trackedSets: [(key: ValidationSetKey, value: TrackedSet)] {
    all(.validationSets).compactMap { _, value in
      (try? ValidationSetKey(account: value.account, name: value.name)).map { ($0, value) }
    }
  }

  /// So many earlier states of what is followed are kept.
  static let validationSetHistoryLimit = 50

  /// Remembers what is followed now as what was followed before, when it is about to be changed.
  mutating func keepValidationSetHistory() {
    let now = Dictionary(all(.validationSets).map { ($0.key, $0.value) }, uniquingKeysWith: { $1 })
    var history = self[.validationSetHistory, "history"] ?? []
    guard history.last != now else { return }
    history.append(now)
    self[.validationSetHistory, "history"] = Array(history.suffix(Self.validationSetHistoryLimit))
  }

  /// Goes back to what was followed before the last change: a refresh to newer sets has failed.
  public mutating func restorePreviousValidationSets() {
    guard let previous = self[.validationSetHistory, "history"]?.last else { return }
    for key in keys(.validationSets) where previous[key] == nil { self[.validationSets, key] = nil }
    for (key, value) in previous { self[.validationSets, key] = value }
  }
}
