/// What to do with snaps: the body of `POST /v2/snaps` and `POST /v2/snaps/{name}` (`spec/features.md` §3).
public struct SnapInstruction: Encodable, Hashable, Sendable {
  /// `install`, `refresh`, `revert`, `remove`, `enable`, `disable`, `switch`, `hold`, `unhold`, `snapshot`.
  @Present public var action: String
  @OmitEmpty public var amend: Bool
  /// For one snap.
  @OmitEmpty public var components: [String]
  /// For many snaps, by snap name. At most one of the two forms is set.
  public var componentsBySnap: [String: [String]] = [:]
  @OmitEmpty public var channel: String
  @OmitEmpty public var revision: String
  @OmitEmpty public var cohortKey: String
  @OmitEmpty public var leaveCohort: Bool
  @OmitEmpty public var devmode: Bool
  @OmitEmpty public var jailmode: Bool
  @OmitEmpty public var classic: Bool
  @OmitEmpty public var ignoreValidation: Bool
  @OmitEmpty public var ignoreRunning: Bool
  @OmitEmpty public var unaliased: Bool
  @OmitEmpty public var prefer: Bool
  @OmitEmpty public var purge: Bool
  @OmitEmpty public var terminate: Bool
  @OmitEmpty public var systemRestartImmediate: Bool
  /// `per-snap` or `all-snaps`.
  @OmitEmpty public var transaction: String
  @OmitEmpty public var snaps: [String]
  @OmitEmpty public var users: [String]
  /// Files to leave out of a snapshot, patterns by snap.
  @OmitEmpty public var snapshotOptions: [String: SnapshotOptionsJSON]
  @OmitEmpty public var validationSets: [String]
  @OmitEmpty public var quotaGroup: String
  /// Until when to hold: RFC 3339 or `forever`.
  @OmitEmpty public var time: String
  /// `auto-refresh` or `general`.
  @OmitEmpty public var holdLevel: String

  public init(action: String, snaps: [String] = []) {
    self.action = action
    self.snaps = snaps
  }

  enum CodingKeys: String, CodingKey, CaseIterable {
    case action, amend, components, channel, revision, devmode, jailmode, classic, unaliased, prefer, purge
    case terminate, transaction, snaps, users, time
    case cohortKey = "cohort-key"
    case leaveCohort = "leave-cohort"
    case ignoreValidation = "ignore-validation"
    case ignoreRunning = "ignore-running"
    case systemRestartImmediate = "system-restart-immediate"
    case snapshotOptions = "snapshot-options"
    case validationSets = "validation-sets"
    case quotaGroup = "quota-group"
    case holdLevel = "hold-level"
  }

  public func encode(to encoder: any Encoder) throws {
    var out = encoder.container(keyedBy: CodingKeys.self)
    try out.encode(_action, forKey: .action)
    try out.encode(_amend, forKey: .amend)
    if componentsBySnap.isEmpty {
      try out.encode(_components, forKey: .components)
    } else {
      try out.encode(componentsBySnap, forKey: .components)
    }
    try out.encode(_channel, forKey: .channel)
    try out.encode(_revision, forKey: .revision)
    try out.encode(_cohortKey, forKey: .cohortKey)
    try out.encode(_leaveCohort, forKey: .leaveCohort)
    try out.encode(_devmode, forKey: .devmode)
    try out.encode(_jailmode, forKey: .jailmode)
    try out.encode(_classic, forKey: .classic)
    try out.encode(_ignoreValidation, forKey: .ignoreValidation)
    try out.encode(_ignoreRunning, forKey: .ignoreRunning)
    try out.encode(_unaliased, forKey: .unaliased)
    try out.encode(_prefer, forKey: .prefer)
    try out.encode(_purge, forKey: .purge)
    try out.encode(_terminate, forKey: .terminate)
    try out.encode(_systemRestartImmediate, forKey: .systemRestartImmediate)
    try out.encode(_transaction, forKey: .transaction)
    try out.encode(_snaps, forKey: .snaps)
    try out.encode(_users, forKey: .users)
    try out.encode(_snapshotOptions, forKey: .snapshotOptions)
    try out.encode(_validationSets, forKey: .validationSets)
    try out.encode(_quotaGroup, forKey: .quotaGroup)
    try out.encode(_time, forKey: .time)
    try out.encode(_holdLevel, forKey: .holdLevel)
  }
}

/// What a snapshot of one snap leaves out.
public struct SnapshotOptionsJSON: Codable, Hashable, Sendable {
  @OmitEmpty public var exclude: [String]

  public init(exclude: [String]) { self.exclude = exclude }
}

/// Why a body is no instruction.
public enum SnapInstructionError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The body is JSON, but no object.
  case notAnObject(found: String)
  /// A field has the wrong type.
  case field(String, expected: String, found: String)

  public var description: String {
    switch self {
    case .notAnObject(let found): "cannot decode request body into snap instruction: expected object, found \(found)"
    case .field(let name, let expected, let found):
      "cannot decode request body into snap instruction: field \"\(name)\" must be \(expected), found \(found)"
    }
  }
}

extension SnapInstruction {
  /// Reads the body of a request field by field.
  ///
  /// - Parameter unknown: receives the names of fields that mean nothing here, sorted. The reference ignores them.
  /// - Throws: the first ill-typed field, in alphabetical order.
  public init(json: JSONValue, unknown: inout [String]) throws(SnapInstructionError) {
    guard case .object(let fields) = json else { throw .notAnObject(found: json.typeName) }
    self.init(action: "")
    unknown = []
    for (name, value) in fields.sorted(by: { $0.key < $1.key }) {
      guard let key = CodingKeys(stringValue: name) else {
        unknown.append(name)
        continue
      }
      if value == .null { continue }
      switch key {
      case .action: action = try Self.text(value, name)
      case .amend: amend = try Self.flag(value, name)
      case .components:
        if let members = value.object {
          for (snap, list) in members { componentsBySnap[snap] = try Self.texts(list, name) }
        } else {
          components = try Self.texts(value, name)
        }
      case .channel: channel = try Self.text(value, name)
      case .revision:
        // Go's revision type reads both "17" and 17.
        if let number = value.integer { revision = String(number) } else { revision = try Self.text(value, name) }
      case .cohortKey: cohortKey = try Self.text(value, name)
      case .leaveCohort: leaveCohort = try Self.flag(value, name)
      case .devmode: devmode = try Self.flag(value, name)
      case .jailmode: jailmode = try Self.flag(value, name)
      case .classic: classic = try Self.flag(value, name)
      case .ignoreValidation: ignoreValidation = try Self.flag(value, name)
      case .ignoreRunning: ignoreRunning = try Self.flag(value, name)
      case .unaliased: unaliased = try Self.flag(value, name)
      case .prefer: prefer = try Self.flag(value, name)
      case .purge: purge = try Self.flag(value, name)
      case .terminate: terminate = try Self.flag(value, name)
      case .systemRestartImmediate: systemRestartImmediate = try Self.flag(value, name)
      case .transaction: transaction = try Self.text(value, name)
      case .snaps: snaps = try Self.texts(value, name)
      case .users: users = try Self.texts(value, name)
      case .snapshotOptions:
        guard let members = value.object else {
          throw .field(name, expected: "object", found: value.typeName)
        }
        for (snap, options) in members {
          snapshotOptions[snap] = SnapshotOptionsJSON(exclude: try Self.texts(options["exclude"] ?? [], name))
        }
      case .validationSets: validationSets = try Self.texts(value, name)
      case .quotaGroup: quotaGroup = try Self.text(value, name)
      case .time: time = try Self.text(value, name)
      case .holdLevel: holdLevel = try Self.text(value, name)
      }
    }
  }

  private static func text(_ value: JSONValue, _ name: String) throws(SnapInstructionError) -> String {
    guard let text = value.string else { throw .field(name, expected: "string", found: value.typeName) }
    return text
  }

  private static func flag(_ value: JSONValue, _ name: String) throws(SnapInstructionError) -> Bool {
    guard let flag = value.bool else { throw .field(name, expected: "bool", found: value.typeName) }
    return flag
  }

  private static func texts(_ value: JSONValue, _ name: String) throws(SnapInstructionError) -> [String] {
    guard let elements = value.array else { throw .field(name, expected: "array of strings", found: value.typeName) }
    var texts: [String] = []
    for element in elements { texts.append(try text(element, name)) }
    return texts
  }
}

/// The parts of a `multipart/form-data` body of `POST /v2/snaps` (install from file, try).
public enum SideloadField: String, CaseIterable, Sendable {
  /// The image file; may be there several times.
  case snap
  /// `try`, with `snap-path`; absent for an install.
  case action
  case snapPath = "snap-path"
  /// The instance's name.
  case name
  case devmode, jailmode, classic, dangerous, unaliased, prefer
  case ignoreRunning = "ignore-running"
  case transaction
  case quotaGroup = "quota-group"
  case systemRestartImmediate = "system-restart-immediate"
}
