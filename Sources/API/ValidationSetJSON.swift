/// A validation set that is followed: an element of `GET /v2/validation-sets`, the result of applying one.
/// Source: `spec/features.md` §3.
public struct ValidationSetJSON: Codable, Hashable, Sendable {
  @OmitEmpty public var accountID: String
  @OmitEmpty public var name: String
  /// The point it is pinned at, 0 for none.
  @OmitEmpty public var pinnedAt: Int
  /// `monitor` or `enforce`.
  @OmitEmpty public var mode: String
  @OmitEmpty public var sequence: Int
  /// Whether the installed snaps are as it says.
  @Present public var valid: Bool

  public init(accountID: String, name: String) {
    self.accountID = accountID
    self.name = name
  }

  enum CodingKeys: String, CodingKey {
    case name, mode, sequence, valid
    case accountID = "account-id"
    case pinnedAt = "pinned-at"
  }
}

/// The body of `POST /v2/validation-sets/{account}/{name}`.
public struct ValidationSetInstruction: Codable, Hashable, Sendable {
  /// `apply` or `forget`.
  @Present public var action: String
  /// `monitor` or `enforce`, to apply.
  @OmitEmpty public var mode: String
  /// The point to pin it at, 0 for none.
  @OmitEmpty public var sequence: Int

  public init(action: String, mode: String = "", sequence: Int = 0) {
    self.action = action
    self.mode = mode
    self.sequence = sequence
  }
}
