internal import JSONValues

/// What a publisher's request is refused with.
struct PublisherError: Error, Hashable, Sendable, CustomStringConvertible {
  /// Of HTTP.
  let status: Int
  /// What programs go by, in the words of the reference's store where it has them.
  let code: String
  /// One sentence for people.
  let message: String

  init(_ status: Int, _ code: String, _ message: String) {
    self.status = status
    self.code = code
    self.message = message
  }

  var description: String { message }

  /// As it is sent: `craft-store` reads `error-list` or `error_list`, `snapcraft` the latter, older clients `code`.
  var json: JSONValue {
    let list: JSONValue = [["code": .string(code), "message": .string(message)]]
    return ["error-list": list, "error_list": list, "code": .string(code), "message": .string(message)]
  }

  static func missing(snap name: String) -> PublisherError {
    PublisherError(404, "resource-not-found", "snap \(quoted(name)) is not registered, or not yours")
  }
  static func missing(track name: String) -> PublisherError {
    PublisherError(404, "track-not-found", "the snap has no track \(quoted(name))")
  }
  static func invalid(_ message: String) -> PublisherError { PublisherError(400, "invalid-request", message) }
  static func forbidden(_ message: String) -> PublisherError { PublisherError(403, "permission-required", message) }
  static func conflict(_ code: String, _ message: String) -> PublisherError { PublisherError(409, code, message) }
}

extension PublisherError {
  /// A token that is not taken.
  init(_ refusal: TokenIssuer.Refusal) {
    switch refusal {
    case .missing: self.init(401, "macaroon-authorization-required", "authorization is required")
    case .invalid(let why): self.init(401, "macaroon-permission-required", why)
    case .needsRefresh: self.init(401, "macaroon-needs-refresh", "the log-in has to be refreshed")
    }
  }
}
