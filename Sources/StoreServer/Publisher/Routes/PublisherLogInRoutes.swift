internal import ByteText
internal import Crypto
internal import Dispatch
internal import HTTP
internal import JSONValues
internal import Macaroons
internal import StoreState
internal import Time

/// Logging in: the addresses of the reference's dashboard and identity provider, all of them here.
enum PublisherLogInRoutes {
  /// Wrong passwords for an account in ``window`` before nobody may try any more.
  static let mostFailures = 10
  /// The same for an address, whatever the account: whoever tries one password on many accounts.
  static let mostOfAddress = 100
  /// Seconds.
  static let window: Int64 = 600

  static func endpoints(_ publisher: Publisher) -> [Endpoint] {
    var endpoints: [Endpoint] = []
    for path in ["/dev/api/acl", "/dev/api/acl/", "/api/v2/tokens", "/v1/tokens", "/v1/tokens/usso"] {
      endpoints.append(
        Publisher.endpoint("POST", path) { request in
          let root = try publisher.tokens.root(
            try tokenRequest(try RequestFields(request.body), now: publisher.now()),
            authority: publisher.authority(request), now: publisher.now())
          return Publisher.answer(["macaroon": .string(try root.serialized())])
        })
    }
    endpoints.append(
      Publisher.endpoint("POST", "/api/v2/tokens/discharge") { request in
        Publisher.answer(["discharge_macaroon": .string(try discharge(publisher, request))])
      })
    endpoints.append(
      Publisher.endpoint("POST", "/api/v2/tokens/refresh") { request in
        Publisher.answer(["discharge_macaroon": .string(try refresh(publisher, request))])
      })
    for path in [
      "/v1/tokens/usso/exchange", "/v1/tokens/exchange", "/v1/tokens/offline/exchange", "/api/v2/tokens/exchange",
    ] {
      endpoints.append(
        Publisher.endpoint("POST", path) { request in
          Publisher.answer(["macaroon": .string(try exchange(publisher, request))])
        })
    }
    for path in ["/v1/tokens/whoami", "/api/v2/tokens/whoami"] {
      endpoints.append(
        publisher.endpoint("GET", path) { _, caller, _ in
          Publisher.answer(AccountView.whoami(caller.account, caller.grant))
        })
    }
    endpoints.append(
      publisher.endpoint("POST", "/v1/tokens/revoke") { publisher, caller, _ in
        try publisher.state.write { try $0.revokeSession(id: caller.grant.session) }
        return Publisher.answer(["revoked": true])
      })
    return endpoints
  }

  /// What a macaroon is asked for: `expires` (a time) of the dashboard, `ttl` (seconds) of the newer API.
  private static func tokenRequest(_ fields: RequestFields, now: Timestamp) throws(PublisherError) -> TokenRequest {
    let permissions = try fields.texts("permissions") ?? []
    guard !permissions.isEmpty, permissions.count <= 64 else { throw .invalid("\"permissions\" is required") }
    for name in permissions where Permission.named(name) == nil {
      throw .invalid("permission \(quoted(name)) is not known")
    }
    var lifetime = TokenRequest.longest
    if let text = try fields.optionalText("expires") {
      guard let time = Timestamp(text) else { throw .invalid("\"expires\" is no time: \(quoted(text))") }
      lifetime = time.seconds - now.seconds
    } else if let seconds = try fields.integer("ttl") {
      lifetime = seconds
    }
    guard lifetime > 0 else { throw .invalid("the token would have expired already") }
    var packages: [String]?
    if let list = try fields.objects("packages") {
      var names: [String] = []
      for package in list { names.append(try package.text("name")) }
      packages = names
    }
    return TokenRequest(
      permissions: permissions, packages: packages, channels: try fields.texts("channels"), lifetime: lifetime)
  }

  private static func discharge(_ publisher: Publisher, _ request: Request) throws -> String {
    let fields = try RequestFields(request.body)
    let email = try fields.text("email")
    let password = try fields.text("password")
    let caveatID = try fields.text("caveat_id")
    guard email.utf8.count <= 320, password.utf8.count <= 1024 else {
      throw PublisherError.invalid("cannot log in: too long")
    }
    let now = publisher.now()
    let account = try publisher.state.read { reader in
      try email.hasByte("@") ? reader.account(email: email) : reader.account(username: email.lowercased())
    }
    // By its id, whichever of its names is tried.
    let attempt = try beginAttempt(
      publisher, subject: account?.id ?? email.lowercased(), address: address(request), now: now)
    let isRight = try tried {
      // Who guesses addresses learns nothing from how long it takes.
      guard let hash = account?.password else {
        _ = try PasswordHash(of: password)
        return false
      }
      return hash.matches(password)
    }
    guard isRight, let account, let hash = account.password, !account.isDisabled else {
      throw PublisherError(401, "INVALID_CREDENTIALS", "Provided email/password is not correct.")
    }
    try publisher.state.write { writer in
      for (kind, subject) in attempt { try writer.removeEvent(kind, of: subject, at: now) }
    }
    let session = SessionRecord(
      id: Base64.encodeForURL(SecureRandom.bytes(15)), accountID: account.id,
      description: String((request.headers["User-Agent"] ?? "").unicodeScalars.prefix(200).map(Character.init)),
      rootKey: SecureRandom.bytes(32), createdAt: now, expiresAt: now + .seconds(TokenRequest.longest), isRevoked: false
    )
    let holder = TokenHolder(accountID: account.id, passwordMark: Publisher.mark(of: hash), session: session.id)
    guard
      let discharge = try publisher.tokens.discharge(
        caveatID: caveatID, for: holder, authority: publisher.authority(request), now: now)
    else { throw PublisherError(400, "INVALID_DATA", "the caveat is not of this store") }
    try publisher.state.write { try $0.insert(session) }
    return try discharge.serialized()
  }

  /// Counts an attempt as a wrong one before the password is tried, in the transaction that asks whether there may be
  /// another: a thousand at once are as many as a thousand one after the other.
  ///
  /// - Returns: what was written down, to be taken back when the password was right.
  private static func beginAttempt(
    _ publisher: Publisher, subject: String, address: String, now: Timestamp
  ) throws -> [(kind: String, subject: String)] {
    let attempt = [(kind: "login-failure", subject: subject), (kind: "login-failure-address", subject: address)]
    let isAdmitted = try publisher.state.write { writer in
      let since = now - .seconds(window)
      guard try writer.events(attempt[0].kind, of: subject, since: since) < mostFailures,
        try writer.events(attempt[1].kind, of: address, since: since) < mostOfAddress
      else { return false }
      for (kind, subject) in attempt { try writer.addEvent(kind, of: subject, at: now) }
      return true
    }
    guard isAdmitted else {
      throw PublisherError(
        429, "too-many-requests", "too many wrong passwords: try again in \(window / 60) minutes")
    }
    return attempt
  }

  /// A try takes 32 MiB and a tenth of a second: a few at once, or all memory and all threads were anybody's to take.
  private static let room = DispatchSemaphore(value: 4)

  private static func tried(_ body: () throws -> Bool) throws -> Bool {
    guard room.wait(timeout: .now() + .seconds(5)) == .success else {
      throw PublisherError(503, "busy", "too many people log in at once: try again")
    }
    defer { room.signal() }
    return try body()
  }

  /// Who asks, as far as attempts are counted: of version 6 a whole network, as one client has all of it.
  private static func address(_ request: Request) -> String {
    guard let address = request.origin.address else { return "local" }
    return address.client.map { String($0, radix: 16) }.joined(separator: ".")
  }

  private static func refresh(_ publisher: Publisher, _ request: Request) throws -> String {
    let text = try RequestFields(request.body).text("discharge_macaroon")
    guard let old = try? Macaroon(serialized: text), let (holder, caveatID) = try publisher.tokens.holder(of: old)
    else {
      throw PublisherError(401, "INVALID_CREDENTIALS", "the discharge is not of this store")
    }
    _ = try publisher.holder(holder)
    guard
      let new = try publisher.tokens.discharge(
        caveatID: caveatID, for: holder, authority: publisher.authority(request), now: publisher.now())
    else { throw PublisherError(401, "INVALID_CREDENTIALS", "the discharge is not of this store") }
    return try new.serialized()
  }

  /// A log-in's two macaroons as one.
  private static func exchange(_ publisher: Publisher, _ request: Request) throws -> String {
    let grant: TokenGrant
    do {
      grant = try publisher.tokens.exchangeable(authorization: request.headers["Authorization"], now: publisher.now())
    } catch let refusal as TokenIssuer.Refusal {
      throw PublisherError(refusal)
    }
    _ = try publisher.holder(grant)
    return try publisher.tokens.exchanged(
      grant, authority: publisher.authority(request), now: publisher.now()
    ).serialized()
  }
}
