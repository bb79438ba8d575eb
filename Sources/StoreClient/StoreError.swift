public import StoreProtocol

/// Why a store did not do what it was asked for. Texts are the reference's where it has one.
public enum StoreError: Error, Equatable, Sendable, CustomStringConvertible {
  /// `store.access` is `offline`.
  case offline
  case cancelled
  case snapNotFound
  /// There is a revision, but not where it was asked for.
  case revisionNotAvailable([SnapRelease])
  case noUpdateAvailable
  /// The type, and the values of the key.
  case assertionNotFound(type: String, key: [String])
  case loginNeeded
  case invalidCredentials
  case twoFactorNeeded
  case twoFactorFailed
  /// What is wrong with which field.
  case invalidLoginData([String: [String]])
  case passwordPolicy([String: [String]])
  case tooManyRequests
  case badQuery
  /// No answer, however often it was tried.
  case network(String)
  /// No answer, and trying again is of no use.
  case unreachable(String)
  /// Whoever answers is not who was asked.
  case tls(host: String, String)
  /// An answer that says no, in a number.
  case status(doing: String, code: Int, method: String, url: String, oops: String)
  /// An answer that says nothing.
  case undecodable(doing: String, String)
  case tooLarge(doing: String, limit: Int)
  case downloadStatus(code: Int, url: String)
  case paymentNeeded(name: String)
  case hash(name: String, got: String, expected: String)
  case size(name: String, got: Int64, expected: Int64)
  case tooSlow(bytesPerSecond: Double)
  case noSpace(path: String, needed: Int64)
  case delta(String)
  /// The store's own words for all of a request.
  case refused([ErrorListEntry])
  case other(String)

  public var description: String {
    switch self {
    case .offline: "store is offline"
    case .cancelled: "the operation was cancelled"
    case .snapNotFound: "snap not found"
    case .revisionNotAvailable: "no snap revision available as specified"
    case .noUpdateAvailable: "snap has no updates available"
    case .assertionNotFound(let type, let key):
      "\(type) (\(key.joined(separator: ", "))) not found"
    case .loginNeeded: "you need to log in first"
    case .invalidCredentials: "invalid credentials"
    case .twoFactorNeeded: "two factor authentication required"
    case .twoFactorFailed: "two factor authentication failed"
    case .invalidLoginData(let fields):
      "invalid fields: "
        + fields.sorted { $0.key < $1.key }
        .map { "\"\($0.key)\": \($0.value.joined(separator: " "))" }.joined(separator: ", ")
    case .passwordPolicy: "the password does not meet the store's policy"
    case .tooManyRequests: "too many requests"
    case .badQuery: "bad query"
    case .network(let detail): "persistent network error: \(detail)"
    case .unreachable(let detail): "cannot reach the store: \(detail)"
    case .tls(let host, let detail): "cannot make sure that \(host) is who it says: \(detail)"
    case .status(let doing, let code, let method, let url, let oops):
      "cannot \(doing): got unexpected HTTP status code \(code) via \(method) to \"\(url)\""
        + (oops.isEmpty ? "" : " [\(oops)]")
    case .undecodable(let doing, let detail): "cannot \(doing): cannot decode the store's answer: \(detail)"
    case .tooLarge(let doing, let limit): "cannot \(doing): the answer is larger than \(limit) bytes"
    case .downloadStatus(let code, let url):
      "received an unexpected http response code (\(code)) when trying to download \(url)"
    case .paymentNeeded(let name): "please buy \(name) before installing it"
    case .hash(let name, let got, let expected):
      "sha3-384 mismatch for \"\(name)\": got \(got) but expected \(expected)"
    case .size(let name, let got, let expected):
      "cannot download \"\(name)\": it has \(got) bytes instead of \(expected)"
    case .tooSlow(let speed): "download too slow: \(Self.twoDecimals(speed)) bytes/sec"
    case .noSpace(let path, let needed): "cannot download to \"\(path)\": \(needed) bytes more are needed than are free"
    case .delta(let detail): "cannot apply delta: \(detail)"
    case .refused(let entries): entries.map(\.message).joined(separator: "\n")
    case .other(let text): text
    }
  }

  private static func twoDecimals(_ number: Double) -> String {
    let hundredths = Int64((max(0, number) * 100).rounded())
    let decimals = hundredths % 100
    return "\(hundredths / 100).\(decimals < 10 ? "0" : "")\(decimals)"
  }

  /// Whether the machine, or the store, may be reached a little later: nothing is wrong with what was asked.
  public var isNetworkFailure: Bool {
    switch self {
    case .network, .unreachable, .tooSlow: true
    case .status(_, let code, _, _, _): code >= 500
    default: false
    }
  }
}
