internal import API
internal import Overlord

/// What a client is told when a store does not do what it is asked for. Source: `spec/features.md` §3, "Error kinds".
extension APIFailure {
  init(_ error: RemoteStoreError) {
    let message = "\(error)"
    func fields(_ fields: [String: [String]]) -> JSONValue {
      .object(fields.mapValues { .array($0.map { .string($0) }) })
    }
    switch error {
    case .snapNotFound(let name): self.init(404, message, kind: .snapNotFound, value: .string(name))
    case .badQuery: self.init(400, message, kind: .badQuery)
    case .loginNeeded: self.init(401, message, kind: .loginRequired)
    case .twoFactorNeeded: self.init(401, message, kind: .twoFactorRequired)
    case .twoFactorFailed: self.init(401, message, kind: .twoFactorFailed)
    case .invalidLoginData(_, let wrong): self.init(400, message, kind: .invalidAuthData, value: fields(wrong))
    case .passwordPolicy(_, let wrong): self.init(401, message, kind: .passwordPolicy, value: fields(wrong))
    case .timeout: self.init(400, message, kind: .networkTimeout)
    case .unreachable: self.init(400, message, kind: .dnsFailure)
    case .noStore: self.init(400, message)
    case .other: self.init(500, message)
    }
  }
}
