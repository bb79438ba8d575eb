/// A person who is logged in to a store: the result of `POST /v2/login`, and what `~/.snap/auth.json` keeps.
/// Source: `spec/features.md` §3, `spec/assertions-and-store.md` §6 ("Auth location").
public struct UserJSON: Codable, Hashable, Sendable {
  /// The daemon's number for the person.
  @OmitEmpty public var id: Int
  @OmitEmpty public var username: String
  @OmitEmpty public var email: String
  /// What proves to the daemon who asks; a secret.
  @OmitEmpty public var macaroon: String
  @OmitEmpty public var discharges: [String]

  public init(id: Int, username: String = "", email: String = "", macaroon: String = "", discharges: [String] = []) {
    self.id = id
    self.username = username
    self.email = email
    self.macaroon = macaroon
    self.discharges = discharges
  }
}

/// The body of `POST /v2/login`.
public struct LoginInstruction: Codable, Hashable, Sendable {
  /// What old clients call the address.
  @OmitEmpty public var username: String
  @OmitEmpty public var email: String
  @OmitEmpty public var password: String
  /// The second factor, when the store has asked for one.
  @OmitEmpty public var otp: String

  public init(email: String, password: String, otp: String = "") {
    self.email = email
    self.password = password
    self.otp = otp
  }
}

/// The body of `POST /v2/cohorts`; the result has a key by snap name.
public struct CohortInstruction: Codable, Hashable, Sendable {
  /// `create`.
  @Present public var action: String
  @OmitEmpty public var snaps: [String]

  public init(action: String, snaps: [String]) {
    self.action = action
    self.snaps = snaps
  }
}
