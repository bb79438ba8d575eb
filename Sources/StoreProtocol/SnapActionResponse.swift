public import JSONValues
public import Snap

/// The answer to a ``SnapActionRequest``. Source: `spec/assertions-and-store.md` §6.
public struct SnapActionResponse: WireType {
  /// What there is to say; of a snap without an update, nothing.
  public var results: [SnapActionResult] = []
  public var errorList: [ErrorListEntry] = []

  public init(results: [SnapActionResult] = [], errorList: [ErrorListEntry] = []) {
    (self.results, self.errorList) = (results, errorList)
  }

  public init(from reader: inout JSONReader) throws(JSONError) {
    guard try reader.beginObject() else { return }
    while let name = try reader.nextMember() {
      switch name {
      case "results": results = try reader.list(of: SnapActionResult.self)
      case "error-list": errorList = try reader.list(of: ErrorListEntry.self)
      default: try reader.skip()
      }
    }
  }

  public func write(to builder: inout JSONBuilder) { write(.all, to: &builder) }

  /// Writes of the snaps the members that were asked for.
  public func write(_ fields: StoreFields, to builder: inout JSONBuilder) {
    builder.object { builder in
      builder.name("results")
      builder.array { builder in for result in results { result.write(fields, to: &builder) } }
      if !errorList.isEmpty { builder.member("error-list", errorList) }
    }
  }
}

/// What became of one action, or of one snap of the context.
public struct SnapActionResult: WireType {
  public enum Content: Hashable, Sendable {
    /// The revision to install, download or refresh to.
    case snap(SnapAction.Kind, StoreSnap)
    case failure(SnapActionFailure)
    /// Where assertions are (`fetch-assertions`), and which are not to be had.
    case assertions(streamURLs: [String], errorList: [ErrorListEntry])
  }

  public var content: Content
  public var instanceKey = ""
  public var snapID = ""
  public var name = ""
  /// The channel that the revision came from.
  public var effectiveChannel: Channel?
  /// The channel that the snap tracks from now on.
  public var redirectChannel: Channel?
  /// The group of assertions.
  public var key = ""

  public init(
    _ content: Content, instanceKey: String = "", snapID: String = "", name: String = "",
    effectiveChannel: Channel? = nil, redirectChannel: Channel? = nil, key: String = ""
  ) {
    (self.content, self.instanceKey, self.snapID, self.name) = (content, instanceKey, snapID, name)
    (self.effectiveChannel, self.redirectChannel, self.key) = (effectiveChannel, redirectChannel, key)
  }

  public init(from reader: inout JSONReader) throws(JSONError) {
    var (snap, failure) = (StoreSnap?.none, SnapActionFailure())
    var (kind, urls, errors) = ("", [String](), [ErrorListEntry]())
    self.init(.failure(failure))
    guard try reader.beginObject() else { throw JSONError("a result is expected, not null") }
    while let member = try reader.nextMember() {
      switch member {
      case "result": kind = try reader.text()
      case "instance-key": instanceKey = try reader.text()
      case "snap-id": snapID = try reader.text()
      case "name": name = try reader.line()
      case "effective-channel": effectiveChannel = try reader.channel()
      case "redirect-channel": redirectChannel = try reader.channel()
      case "snap": snap = try StoreSnap(from: &reader)
      case "error": failure = try SnapActionFailure(from: &reader)
      case "key": key = try reader.text()
      case "assertion-stream-urls": urls = try reader.texts()
      case "error-list": errors = try reader.list(of: ErrorListEntry.self)
      default: try reader.skip()
      }
    }
    switch (kind, SnapAction.Kind(rawValue: kind)) {
    case ("error", _): content = .failure(failure)
    case (_, .fetchAssertions): content = .assertions(streamURLs: urls, errorList: errors)
    case (_, let action?):
      guard var snap else { throw JSONError("the result \(InvalidText.quote(kind)) has no snap") }
      if snap.snapID.isEmpty { snap.snapID = snapID }
      if snap.name == nil, !name.isEmpty {
        do { snap.name = try SnapName(name) } catch { throw JSONError(error.description) }
      }
      content = .snap(action, snap)
    default: throw JSONError("unknown result \(InvalidText.quote(kind))")
    }
  }

  public func write(to builder: inout JSONBuilder) { write(.all, to: &builder) }

  func write(_ fields: StoreFields, to builder: inout JSONBuilder) {
    builder.object { builder in
      switch content {
      case .snap(let kind, let snap):
        builder.member("result", kind.rawValue)
        builder.name("snap")
        snap.write(fields, to: &builder)
      case .failure(let failure):
        builder.member("result", "error")
        builder.member("error", failure)
      case .assertions(let urls, let errors):
        builder.member("result", SnapAction.Kind.fetchAssertions.rawValue)
        builder.member("assertion-stream-urls", urls)
        if !errors.isEmpty { builder.member("error-list", errors) }
      }
      builder.member("instance-key", unlessEmpty: instanceKey)
      builder.member("snap-id", unlessEmpty: snapID)
      builder.member("name", unlessEmpty: name)
      if let effectiveChannel { builder.member("effective-channel", effectiveChannel.fullName) }
      if let redirectChannel { builder.member("redirect-channel", redirectChannel.fullName) }
      builder.member("key", unlessEmpty: key)
    }
  }
}

/// Why an action failed.
public struct SnapActionFailure: WireType {
  public var code: StoreErrorCode = ""
  public var message = ""
  /// Where there is a revision, when it is not where it was asked for.
  public var releases: [SnapRelease] = []

  public init(code: StoreErrorCode = "", message: String = "", releases: [SnapRelease] = []) {
    (self.code, self.message, self.releases) = (code, message, releases)
  }

  public init(from reader: inout JSONReader) throws(JSONError) {
    guard try reader.beginObject() else { return }
    while let name = try reader.nextMember() {
      switch name {
      case "code": code = StoreErrorCode(rawValue: try reader.line())
      case "message": message = try reader.line()
      case "extra":
        guard try reader.beginObject() else { continue }
        while let name = try reader.nextMember() {
          if name == "releases" { releases = try reader.list(of: SnapRelease.self) } else { try reader.skip() }
        }
      default: try reader.skip()
      }
    }
  }

  public func write(to builder: inout JSONBuilder) {
    builder.object { builder in
      builder.member("code", code.rawValue)
      builder.member("message", message)
      guard !releases.isEmpty else { return }
      builder.name("extra")
      builder.object { builder in builder.member("releases", releases) }
    }
  }
}

/// A channel of an architecture that has a revision.
public struct SnapRelease: WireType {
  public var architecture = ""
  public var channel: Channel?

  public init(architecture: String = "", channel: Channel? = nil) {
    (self.architecture, self.channel) = (architecture, channel)
  }

  public init(from reader: inout JSONReader) throws(JSONError) {
    guard try reader.beginObject() else { return }
    while let name = try reader.nextMember() {
      switch name {
      case "architecture": architecture = try reader.line()
      case "channel": channel = try reader.channel()
      default: try reader.skip()
      }
    }
  }

  public func write(to builder: inout JSONBuilder) {
    builder.object { builder in
      builder.member("architecture", architecture)
      if let channel { builder.member("channel", channel.fullName) }
    }
  }
}

/// What a failure is, in a word that programs understand.
public struct StoreErrorCode: RawRepresentable, Hashable, Sendable, ExpressibleByStringLiteral {
  public let rawValue: String
  public init(rawValue: String) { self.rawValue = rawValue }
  public init(stringLiteral value: String) { rawValue = value }

  public static let revisionNotFound: StoreErrorCode = "revision-not-found"
  public static let idNotFound: StoreErrorCode = "id-not-found"
  public static let nameNotFound: StoreErrorCode = "name-not-found"
  public static let notFound: StoreErrorCode = "not-found"
  public static let userAuthorizationNeedsRefresh: StoreErrorCode = "user-authorization-needs-refresh"
  public static let deviceAuthorizationNeedsRefresh: StoreErrorCode = "device-authorization-needs-refresh"
}

/// One failure of a whole request.
public struct ErrorListEntry: WireType {
  public var code: StoreErrorCode = ""
  public var message = ""
  /// Of assertions: what was asked for.
  public var type = ""
  public var primaryKey: [String] = []
  public var sequenceKey: [String] = []

  public init(
    code: StoreErrorCode = "", message: String = "", type: String = "", primaryKey: [String] = [],
    sequenceKey: [String] = []
  ) {
    (self.code, self.message, self.type) = (code, message, type)
    (self.primaryKey, self.sequenceKey) = (primaryKey, sequenceKey)
  }

  public init(from reader: inout JSONReader) throws(JSONError) {
    guard try reader.beginObject() else { return }
    while let name = try reader.nextMember() {
      switch name {
      case "code": code = StoreErrorCode(rawValue: try reader.line())
      case "message": message = try reader.line()
      case "type": type = try reader.line()
      case "primary-key": primaryKey = try reader.texts()
      case "sequence-key": sequenceKey = try reader.texts()
      default: try reader.skip()
      }
    }
  }

  public func write(to builder: inout JSONBuilder) {
    builder.object { builder in
      builder.member("code", code.rawValue)
      builder.member("message", message)
      builder.member("type", unlessEmpty: type)
      if !primaryKey.isEmpty { builder.member("primary-key", primaryKey) }
      if !sequenceKey.isEmpty { builder.member("sequence-key", sequenceKey) }
    }
  }
}

/// The body of a request that failed as a whole: `{"error-list": […]}`.
public struct ErrorListResponse: WireType {
  public var errorList: [ErrorListEntry] = []

  public init(errorList: [ErrorListEntry] = []) { self.errorList = errorList }

  public init(from reader: inout JSONReader) throws(JSONError) {
    guard try reader.beginObject() else { return }
    while let name = try reader.nextMember() {
      if name == "error-list" {
        errorList = try reader.list(of: ErrorListEntry.self)
      } else {
        try reader.skip()
      }
    }
  }

  public func write(to builder: inout JSONBuilder) {
    builder.object { builder in builder.member("error-list", errorList) }
  }
}
