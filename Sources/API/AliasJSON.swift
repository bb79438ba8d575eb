/// An alias of a snap: an element of `GET /v2/aliases`, which has them by snap and by alias.
public struct AliasStatusJSON: Codable, Hashable, Sendable {
  /// What it stands for, `foo.bar`.
  @Present public var command: String
  /// `auto`, `manual` or `disabled`.
  @Present public var status: String
  /// The app that a person wants.
  @OmitEmpty public var manual: String
  /// The app that the publisher has been granted.
  @OmitEmpty public var auto: String

  public init(command: String, status: String, manual: String = "", auto: String = "") {
    self.command = command
    self.status = status
    self.manual = manual
    self.auto = auto
  }
}

/// The body of `POST /v2/aliases`.
public struct AliasInstruction: Codable, Hashable, Sendable {
  /// `alias`, `unalias` or `prefer`.
  @Present public var action: String
  @OmitEmpty public var snap: String
  @OmitEmpty public var app: String
  @OmitEmpty public var alias: String
  /// What very old clients sent, when snaps declared aliases themselves.
  @OmitEmpty public var aliases: [String]

  public init(action: String, snap: String = "", app: String = "", alias: String = "") {
    self.action = action
    self.snap = snap
    self.app = app
    self.alias = alias
  }
}

/// An alias that a change has added or removed, in its data (`aliases-added`, `aliases-removed`).
public struct ChangedAliasJSON: Codable, Hashable, Sendable {
  @Present public var snap: String
  @Present public var app: String
  @Present public var alias: String

  public init(snap: String, app: String, alias: String) {
    self.snap = snap
    self.app = app
    self.alias = alias
  }
}
