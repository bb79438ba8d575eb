internal import API
internal import ByteText
internal import HTTP
internal import Overlord

/// `/v2/login` and `/v2/logout`. Source: `spec/features.md` §3.
extension DaemonService {
  /// `POST /v2/login`: logs somebody in to the first store.
  func logIn(_ request: Request) async throws -> Answer {
    let instruction = try request.decoded(
      LoginInstruction.self, orSay: "cannot decode login data from request body"
    ) { _ in
      // The error may quote what was sent, which has a password in it.
      "it is no JSON of a log-in"
    }
    // Old clients call the address the name; who is logged in already need not say it.
    var email =
      instruction.email.isEmpty && Self.isAddress(instruction.username) ? instruction.username : instruction.email
    if email.isEmpty { email = user(of: request)?.email ?? "" }
    guard Self.isAddress(email) else {
      throw APIFailure(
        400, "please use a valid email address.", kind: .invalidAuthData,
        value: .object(["email": .array([.string("invalid")])]))
    }
    let login: StoreLogin
    do {
      login = try stores.logIn(
        email: email, password: instruction.password, oneTimePassword: instruction.otp)
    } catch RemoteStoreError.loginNeeded(let text) {
      throw APIFailure(401, text, kind: .loginRequired)
    }
    let (user, secret) = try overlord.users.logIn(email: email, login)
    return try .sync(UserJSON(id: user.id, username: user.username, email: user.email, macaroon: secret))
  }

  /// `POST /v2/logout`: the daemon forgets who asks.
  func logOut(_ request: Request) async throws -> Answer {
    guard let user = user(of: request) else { throw APIFailure.badRequest("not logged in") }
    try overlord.users.logOut(user)
    return .sync(Array("null".utf8))
  }

  /// Whether a text looks like an address: something, `@`, something, a dot.
  private static func isAddress(_ text: String) -> Bool {
    guard text.utf8.count <= 320, let at = text.byteIndex(of: "@"), at > text.startIndex else { return false }
    return text[at...].hasByte(".") && text.utf8.allSatisfy { $0 > 32 && $0 != 127 }
  }
}
