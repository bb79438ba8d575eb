public import JSONValues
public import Snap
public import Time

/// `POST v2/snaps/refresh`: what is installed, and what shall be done. Source: `spec/assertions-and-store.md` §6.
public struct SnapActionRequest: WireType {
  public var context: [SnapContext] = []
  public var actions: [SnapAction] = []
  /// The members of snaps that the answer shall have, by name: names that this side does not know are kept.
  public var fields: [String] = []
  /// By type of assertion, the highest format that is understood.
  public var assertionMaxFormats: [String: Int64] = [:]

  public init(
    context: [SnapContext] = [], actions: [SnapAction] = [], fields: [String] = StoreFields.action.names,
    assertionMaxFormats: [String: Int64] = [:]
  ) {
    (self.context, self.actions, self.fields) = (context, actions, fields)
    self.assertionMaxFormats = assertionMaxFormats
  }

  public init(from reader: inout JSONReader) throws(JSONError) {
    guard try reader.beginObject() else { return }
    while let name = try reader.nextMember() {
      switch name {
      case "context": context = try reader.list(of: SnapContext.self)
      case "actions": actions = try reader.list(of: SnapAction.self)
      case "fields": fields = try reader.texts()
      case "assertion-max-formats":
        assertionMaxFormats = try reader.map { reader throws(JSONError) in try reader.count() }
      default: try reader.skip()
      }
    }
  }

  public func write(to builder: inout JSONBuilder) {
    builder.object { builder in
      builder.member("context", context)
      builder.member("actions", actions)
      builder.member("fields", fields)
      guard !assertionMaxFormats.isEmpty else { return }
      builder.name("assertion-max-formats")
      builder.object { builder in
        for (type, format) in assertionMaxFormats.sorted(by: { $0.key < $1.key }) { builder.member(type, format) }
      }
    }
  }
}

/// A snap that is installed.
public struct SnapContext: WireType {
  public var snapID = ""
  /// What the answer calls it by.
  public var instanceKey = ""
  /// Nil for one that the store does not know, which is written as 0.
  public var revision: Revision?
  public var trackingChannel: Channel?
  public var epoch = Epoch.zero
  public var refreshedDate: Timestamp?
  public var ignoresValidation = false
  public var cohortKey = ""
  /// Primary keys of the validation sets that the snap is in: series, account, name, perhaps sequence.
  public var validationSets: [[String]] = []
  /// Who holds its updates: `system` or names of snaps.
  public var heldBy: [String] = []

  public init(
    snapID: String = "", instanceKey: String = "", revision: Revision? = nil, trackingChannel: Channel? = nil,
    epoch: Epoch = .zero, refreshedDate: Timestamp? = nil, ignoresValidation: Bool = false, cohortKey: String = "",
    validationSets: [[String]] = [], heldBy: [String] = []
  ) {
    (self.snapID, self.instanceKey, self.revision) = (snapID, instanceKey, revision)
    (self.trackingChannel, self.epoch, self.refreshedDate) = (trackingChannel, epoch, refreshedDate)
    (self.ignoresValidation, self.cohortKey) = (ignoresValidation, cohortKey)
    (self.validationSets, self.heldBy) = (validationSets, heldBy)
  }

  public init(from reader: inout JSONReader) throws(JSONError) {
    guard try reader.beginObject() else { return }
    while let name = try reader.nextMember() {
      switch name {
      case "snap-id": snapID = try reader.text()
      case "instance-key": instanceKey = try reader.text()
      case "revision": revision = try reader.revision()
      case "tracking-channel": trackingChannel = try reader.channel()
      case "epoch": epoch = try reader.epoch()
      case "refreshed-date": refreshedDate = try reader.time()
      case "ignore-validation": ignoresValidation = try reader.bool() ?? false
      case "cohort-key": cohortKey = try reader.text()
      case "validation-sets":
        validationSets = try reader.list { reader throws(JSONError) in try reader.texts() }
      case "held":
        guard try reader.beginObject() else { continue }
        while let name = try reader.nextMember() {
          if name == "by" { heldBy = try reader.texts() } else { try reader.skip() }
        }
      default: try reader.skip()
      }
    }
  }

  public func write(to builder: inout JSONBuilder) {
    builder.object { builder in
      builder.member("snap-id", snapID)
      builder.member("instance-key", instanceKey)
      builder.member("revision", revision?.storeNumber ?? 0)
      builder.member("tracking-channel", trackingChannel?.fullName ?? "")
      builder.member("epoch", epoch)
      if let refreshedDate { builder.member("refreshed-date", refreshedDate.description) }
      if ignoresValidation { builder.member("ignore-validation", true) }
      builder.member("cohort-key", unlessEmpty: cohortKey)
      builder.member("validation-sets", unlessEmpty: validationSets)
      guard !heldBy.isEmpty else { return }
      builder.name("held")
      builder.object { builder in builder.member("by", heldBy) }
    }
  }
}

extension JSONBuilder {
  mutating func member(_ name: String, unlessEmpty keys: [[String]]) {
    guard !keys.isEmpty else { return }
    self.name(name)
    array { builder in
      for key in keys { builder.array { builder in for part in key { builder.string(part) } } }
    }
  }
}

/// One thing to do.
public struct SnapAction: WireType {
  public enum Kind: String, Hashable, Sendable {
    case install, download, refresh
    case fetchAssertions = "fetch-assertions"
  }

  public var kind: Kind
  /// What the answer calls it by.
  public var instanceKey = ""
  public var name: SnapName?
  public var snapID = ""
  public var channel: Channel?
  /// Whether ``channel`` was asked for with its track: where it was not, the store may have a default track for it.
  public var namesTrack = true
  public var revision: Revision?
  public var cohortKey = ""
  /// Nil when nothing is said about it.
  public var ignoresValidation: Bool?
  /// The epoch that the data has, which the revision must be able to read; `install` and `download` always say
  /// something about it, if only `null`, and `refresh` never does.
  public var epoch: Epoch?
  public var validationSets: [[String]] = []
  /// Names a group of assertions in the answer.
  public var key = ""
  public var assertions: [AssertionQuery] = []

  public init(
    _ kind: Kind, instanceKey: String = "", name: SnapName? = nil, snapID: String = "", channel: Channel? = nil,
    revision: Revision? = nil, cohortKey: String = "", ignoresValidation: Bool? = nil, epoch: Epoch? = nil,
    validationSets: [[String]] = [], key: String = "", assertions: [AssertionQuery] = []
  ) {
    (self.kind, self.instanceKey, self.name, self.snapID) = (kind, instanceKey, name, snapID)
    (self.channel, self.revision, self.cohortKey) = (channel, revision, cohortKey)
    (self.ignoresValidation, self.epoch, self.validationSets) = (ignoresValidation, epoch, validationSets)
    (self.key, self.assertions) = (key, assertions)
  }

  public init(from reader: inout JSONReader) throws(JSONError) {
    var kind: Kind?
    self.init(.refresh)
    guard try reader.beginObject() else { throw JSONError("an action is expected, not null") }
    while let member = try reader.nextMember() {
      switch member {
      case "action":
        let text = try reader.text()
        kind = Kind(rawValue: text)
        if kind == nil { throw JSONError("unknown action \(InvalidText.quote(text))") }
      case "instance-key": instanceKey = try reader.text()
      case "name": name = try reader.validated(SnapName.self)
      case "snap-id": snapID = try reader.text()
      case "channel":
        let text = try reader.text()
        (channel, namesTrack) = try text.isEmpty ? (nil, true) : (JSONReader.channel(text), Channel.namesTrack(text))
      case "revision": revision = try reader.revision()
      case "cohort-key": cohortKey = try reader.text()
      case "ignore-validation": ignoresValidation = try reader.bool()
      case "epoch": epoch = try reader.epochOrNull()
      case "validation-sets":
        validationSets = try reader.list { reader throws(JSONError) in try reader.texts() }
      case "key": key = try reader.text()
      case "assertions": assertions = try reader.list(of: AssertionQuery.self)
      default: try reader.skip()
      }
    }
    guard let kind else { throw JSONError("an action must say what it is (\"action\")") }
    self.kind = kind
  }

  public func write(to builder: inout JSONBuilder) {
    builder.object { builder in
      builder.member("action", kind.rawValue)
      builder.member("instance-key", unlessEmpty: instanceKey)
      if let name { builder.member("name", name.rawValue) }
      builder.member("snap-id", unlessEmpty: snapID)
      if let channel {
        builder.member("channel", namesTrack || channel.track != "latest" ? channel.fullName : channel.trackless)
      }
      if let revision { builder.member("revision", revision) }
      builder.member("cohort-key", unlessEmpty: cohortKey)
      if let ignoresValidation { builder.member("ignore-validation", ignoresValidation) }
      if kind == .install || kind == .download {
        if let epoch {
          builder.member("epoch", epoch)
        } else {
          builder.name("epoch")
          builder.null()
        }
      }
      builder.member("validation-sets", unlessEmpty: validationSets)
      builder.member("key", unlessEmpty: key)
      if !assertions.isEmpty { builder.member("assertions", assertions) }
    }
  }
}

/// An assertion that a client wants, or wants newer.
public struct AssertionQuery: WireType {
  public var type = ""
  /// The values of the primary key in order; of a sequence, those before the number.
  public var key: [String] = []
  /// Whether ``key`` is of a sequence (`sequence-key`).
  public var isSequence = false
  /// The number in a sequence that is pinned.
  public var sequence: Int64?
  public var ifSequenceEqualOrNewerThan: Int64?
  /// The revision that is there.
  public var ifNewerThan: Int64?

  public init(
    type: String = "", key: [String] = [], isSequence: Bool = false, sequence: Int64? = nil,
    ifSequenceEqualOrNewerThan: Int64? = nil, ifNewerThan: Int64? = nil
  ) {
    (self.type, self.key, self.isSequence, self.sequence) = (type, key, isSequence, sequence)
    (self.ifSequenceEqualOrNewerThan, self.ifNewerThan) = (ifSequenceEqualOrNewerThan, ifNewerThan)
  }

  public init(from reader: inout JSONReader) throws(JSONError) {
    guard try reader.beginObject() else { return }
    while let name = try reader.nextMember() {
      switch name {
      case "type": type = try reader.text()
      case "primary-key": key = try reader.texts()
      case "sequence-key":
        key = try reader.texts()
        isSequence = true
      case "sequence": sequence = try reader.integer()
      case "if-sequence-equal-or-newer-than": ifSequenceEqualOrNewerThan = try reader.integer()
      case "if-newer-than": ifNewerThan = try reader.integer()
      default: try reader.skip()
      }
    }
  }

  public func write(to builder: inout JSONBuilder) {
    builder.object { builder in
      builder.member("type", type)
      builder.member(isSequence ? "sequence-key" : "primary-key", key)
      if let sequence { builder.member("sequence", sequence) }
      if let number = ifSequenceEqualOrNewerThan { builder.member("if-sequence-equal-or-newer-than", number) }
      if let revision = ifNewerThan { builder.member("if-newer-than", revision) }
    }
  }
}
