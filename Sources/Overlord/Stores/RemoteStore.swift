public import Assertions
public import Snap
public import StoreProtocol

/// One store, as the requests of people need it. Calls block until there is an answer.
public protocol RemoteStore: Sendable {
  /// Snaps that match, best first.
  func find(_ search: StoreSearch, _ user: DaemonUser?) throws -> [StoreSnap]
  /// All that is to be known of a snap.
  func info(_ name: SnapName, _ user: DaemonUser?) throws -> SnapInfoResponse
  func sections() throws -> [String]
  func categories() throws -> [String]
  /// - Parameter oneTimePassword: the second factor; empty while none was asked for.
  func logIn(email: String, password: String, oneTimePassword: String) throws -> StoreLogin
  /// A key by snap.
  func createCohorts(_ snaps: [SnapName], _ user: DaemonUser?) throws -> [String: String]
  /// - Throws: ``AssertionNotFound`` when it has none.
  func assertion(_ reference: AssertionReference) throws -> Assertion
}

/// What proves to a store who asks. Secret: it says nothing of itself.
public struct StoreLogin: Codable, Hashable, Sendable, CustomStringConvertible {
  public var macaroon: String
  public var discharges: [String]
  /// The address of the store that gave it: no other is shown it, whatever it is called.
  public var store: String?

  public init(macaroon: String, discharges: [String], store: String? = nil) {
    (self.macaroon, self.discharges, self.store) = (macaroon, discharges, store)
  }

  public var description: String { "a log-in" }
}

/// Why a store does not do what it is asked for, as far as clients are told different things.
public enum RemoteStoreError: Error, Hashable, Sendable, CustomStringConvertible {
  /// For what, `search`.
  case noStore(String)
  case snapNotFound(String)
  case badQuery
  case loginNeeded(String)
  case twoFactorNeeded
  case twoFactorFailed
  /// What is wrong with which field.
  case invalidLoginData(String, [String: [String]])
  case passwordPolicy(String, [String: [String]])
  /// It does not answer in time.
  case timeout(String)
  /// It cannot be reached, however often it is tried.
  case unreachable(String)
  case other(String)

  public var description: String {
    switch self {
    case .noStore(let what): "cannot \(what): no store is set up (see \"snap store add\")"
    case .snapNotFound: "snap not found"
    case .badQuery: "bad query"
    case .twoFactorNeeded: "two factor authentication required"
    case .twoFactorFailed: "two factor authentication failed"
    case .loginNeeded(let text), .invalidLoginData(let text, _), .passwordPolicy(let text, _), .timeout(let text),
      .unreachable(let text), .other(let text):
      text
    }
  }
}
