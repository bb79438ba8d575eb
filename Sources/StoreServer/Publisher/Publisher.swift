internal import ByteText
internal import Crypto
internal import HTTP
internal import JSONValues
internal import Macaroons
internal import Snap
internal import StoreState
internal import Time

/// The publisher side: who asks, and what everything that publishers do has in common.
///
/// Knows no HTTP but requests and responses; `Routes/` has one group of addresses a file.
struct Publisher: Sendable {
  let context: StoreContext
  let tokens: TokenIssuer
  let uploads: UploadDesk

  var state: any StoreState { context.state }
  var signing: SigningService { context.signing }
  var now: @Sendable () -> Timestamp { context.now }
  var releases: ReleaseDesk { ReleaseDesk(context: context) }

  /// Somebody whose token is good.
  struct Caller: Sendable {
    var account: AccountRecord
    var grant: TokenGrant

    /// An administrator who has logged in as one: what was narrowed to less is no administrator's log-in.
    var isAdmin: Bool { account.isAdmin && grant.allows(.storeManage) }

    func require(_ permission: Permission) throws(PublisherError) {
      guard grant.allows(permission) else {
        throw PublisherError(
          403, "macaroon-permission-required", "this log-in does not have the permission \(quoted(permission.rawValue))"
        )
      }
    }

    func requireAdmin() throws(PublisherError) {
      guard account.isAdmin else { throw .forbidden("only an administrator of this store may do that") }
      try require(.storeManage)
    }
  }

  // MARK: - Who asks

  /// - Throws: ``PublisherError`` 401 unless the token is good, its account may log in, and its log-in was not ended.
  func caller(_ request: Request) throws -> Caller {
    let grant: TokenGrant
    do {
      grant = try tokens.grant(authorization: request.headers["Authorization"], now: now())
    } catch let refusal as TokenIssuer.Refusal {
      throw PublisherError(refusal)
    }
    return Caller(account: try holder(grant), grant: grant)
  }

  func holder(_ grant: TokenGrant) throws -> AccountRecord {
    try holder(
      TokenHolder(accountID: grant.accountID, passwordMark: grant.passwordMark, session: grant.session))
  }

  /// The account of a token, when nothing has ended it.
  func holder(_ holder: TokenHolder) throws -> AccountRecord {
    let (account, session) = try state.read { reader in
      (try reader.account(id: holder.accountID), try reader.session(id: holder.session))
    }
    guard let account, !account.isDisabled, let password = account.password, let session,
      session.accountID == account.id, !session.isRevoked
    else { throw PublisherError(401, "macaroon-permission-required", "this log-in was ended") }
    guard Self.mark(of: password) == holder.passwordMark else {
      throw PublisherError(401, "macaroon-permission-required", "the password has changed since this log-in")
    }
    return account
  }

  /// What tokens know a password by.
  static func mark(of password: PasswordHash) -> String {
    Base64.encodeForURL(Digest.of(Array("mark".utf8) + Array(password.text.utf8), .sha256).prefix(12))
  }

  // MARK: - Of what

  /// A snap that somebody may do something with: as its publisher, a collaborator or an administrator.
  ///
  /// Others are told the same whether the snap is there or not.
  func snap(named name: String, for caller: Caller, _ permission: Permission) throws -> SnapRecord {
    try caller.require(permission)
    return try checked(try state.read { try $0.snap(name: name) }, name, caller)
  }

  func snap(id: String, for caller: Caller, _ permission: Permission) throws -> SnapRecord {
    try caller.require(permission)
    return try checked(try state.read { try $0.snap(id: id) }, id, caller)
  }

  private func checked(_ snap: SnapRecord?, _ name: String, _ caller: Caller) throws -> SnapRecord {
    guard let snap, caller.grant.allows(package: snap.name.rawValue) else { throw PublisherError.missing(snap: name) }
    let mayDevelop = try state.read { try $0.mayDevelop(snapID: snap.id, accountID: caller.account.id) }
    guard mayDevelop || caller.isAdmin else { throw PublisherError.missing(snap: name) }
    return snap
  }

  /// The account of a user name, an address or an id.
  static func account(_ text: String, _ reader: any StoreReader) throws -> AccountRecord {
    let found =
      try text.hasByte("@")
      ? reader.account(email: text) : try reader.account(username: text.lowercased()) ?? reader.account(id: text)
    guard let found else { throw PublisherError(404, "account-not-found", "there is no account \(quoted(text))") }
    return found
  }

  // MARK: - Answers

  static func answer(_ value: JSONValue, status: Int = 200) -> Response {
    Response(status: status, headers: ["Content-Type": "application/json"], body: .bytes(value.bytes))
  }

  static func answer(_ error: PublisherError) -> Response {
    var response = answer(error.json, status: error.status)
    if error.status == 401 {
      // Source: `spec/assertions-and-store.md` §6: what makes clients refresh their log-in.
      response.headers["WWW-Authenticate"] =
        error.code == "macaroon-needs-refresh" ? "Macaroon needs_refresh=1" : "Macaroon realm=\"snap-store\""
    }
    if error.status == 429 { response.headers["Retry-After"] = "600" }
    return response
  }

  /// An endpoint whose refusals are answered as JSON; anything else that is thrown is the server's own failure.
  static func endpoint(
    _ method: String, _ pattern: String, body: BodyPolicy = .collected(limit: 1 << 20), waits: Bool = false,
    _ handler: @escaping @Sendable (Request) async throws -> Response
  ) -> Endpoint {
    Endpoint(method, pattern, body: body, waits: waits) { request in
      do { return try await handler(request) } catch let error as PublisherError {
        return answer(error)
      } catch let conflict as StateConflict {
        return answer(PublisherError(409, "conflict", conflict.description))
      }
    }
  }

  /// One for whom a token is needed.
  func endpoint(
    _ method: String, _ pattern: String, body: BodyPolicy = .collected(limit: 1 << 20),
    _ handler: @escaping @Sendable (Publisher, Caller, Request) throws -> Response
  ) -> Endpoint {
    Self.endpoint(method, pattern, body: body) { [self] request in try handler(self, try caller(request), request) }
  }

  /// Where clients reach the store, as they say: for addresses in answers and the location of macaroons.
  func base(_ request: Request) -> String {
    if let url = context.configuration.url { return url }
    return "\(request.isEncrypted ? "https" : "http")://\(authority(request))"
  }

  /// Host and port as the client calls them: where it will look for who discharges what it got.
  func authority(_ request: Request) -> String {
    if let host = request.headers["Host"], Self.isHost(host) { return host }
    guard let url = context.configuration.url else { return "localhost" }
    return String(url.byteSplit("/").dropFirst().first ?? "localhost")
  }

  private static func isHost(_ text: String) -> Bool {
    (1...255).contains(text.utf8.count)
      && text.utf8.allSatisfy {
        $0.isASCIIAlphanumeric
          || ".-:[]_".utf8.contains($0)
      }
  }
}
