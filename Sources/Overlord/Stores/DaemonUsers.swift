internal import ByteText
internal import Crypto
public import State

/// People who are logged in to a store through this machine's daemon. Source: `spec/features.md` §3, `spec/engine.md`
/// (`auth`).
public struct DaemonUser: Codable, Hashable, Sendable {
  public let id: Int
  public var email: String
  /// Empty where the store does not tell.
  public var username: String
  /// The digest of what the person proves themselves to the daemon with: who reads the state cannot pass for them.
  var secret: String
  /// What the daemon proves itself to the store with, for them.
  public var login: StoreLogin
}

extension RecordKind where Value == DaemonUser {
  /// By number.
  static var users: Self { RecordKind("auth-users") }
}

/// Who is logged in.
public struct DaemonUsers: Sendable {
  private let store: StateStore
  private static let scheme = "Macaroon root=\""

  public init(store: StateStore) { self.store = store }

  /// Remembers somebody: who was logged in with the address before gets a new secret.
  ///
  /// - Returns: the record, and what the person proves themselves with from now on.
  public func logIn(email: String, _ login: StoreLogin) throws -> (user: DaemonUser, secret: String) {
    let secret = Base64.encodeForURL(SecureRandom.bytes(48))
    let user = try store.write(durable: true) { state -> DaemonUser in
      let known = state.all(RecordKind<DaemonUser>.users).map(\.value)
      let id = known.first { $0.email.hasSameBytes(as: email) }?.id ?? (known.map(\.id).max() ?? 0) + 1
      let user = DaemonUser(id: id, email: email, username: "", secret: Self.digest(secret), login: login)
      state[RecordKind<DaemonUser>.users, String(id)] = user
      return user
    }
    return (user, secret)
  }

  /// Whoever an `Authorization` header is of; nil for nobody, which a header that cannot be read is too.
  public func user(authorization header: String?) -> DaemonUser? {
    guard let rest = header?.bytes(after: Self.scheme), let end = rest.byteIndex(of: "\"") else { return nil }
    let digest = Self.digest(String(rest[..<end]))
    return store.read { state in
      state.all(RecordKind<DaemonUser>.users).map(\.value).first { $0.secret.hasSameBytes(as: digest) }
    }
  }

  public func logOut(_ user: DaemonUser) throws {
    try store.write(durable: true) { $0[RecordKind<DaemonUser>.users, String(user.id)] = nil }
  }

  /// Keeps new discharges that a store gave for a macaroon; nothing when who has it has logged in anew meanwhile.
  public func keep(discharges: [String], of id: Int, macaroon: String) throws {
    try store.write { state in
      guard var user = state[RecordKind<DaemonUser>.users, String(id)], user.login.macaroon == macaroon else { return }
      user.login.discharges = discharges
      state[RecordKind<DaemonUser>.users, String(id)] = user
    }
  }

  /// What a store is shown for somebody; nil for nobody.
  public func login(of id: Int?) -> StoreLogin? {
    id.flatMap { id in store.read { $0[RecordKind<DaemonUser>.users, String(id)]?.login } }
  }

  private static func digest(_ secret: String) -> String {
    Base64.encodeForURL(Digest.of(Array(secret.utf8), .sha256))
  }
}
