public import Time
/// What a request led to.
public enum Reply<Result: Codable & Sendable>: Sendable {
  /// Answered at once.
  case sync(Result)
  /// Work goes on in a change with this id; a few requests add a result as well.
  case async(change: String, result: JSONValue? = nil)
  /// Refused or failed.
  case error(ErrorResult)
}

/// The frame around every JSON answer of the daemon (`spec/features.md` §3, "Envelope").
public struct Envelope<Result: Codable & Sendable>: Sendable {
  /// The HTTP status: 200, 202 for a change, 4xx and 5xx for errors.
  public var statusCode: Int
  /// What the request led to.
  public var reply: Reply<Result>
  /// Where the results of a search came from.
  public var sources: [String]?
  /// In which a store's prices are meant.
  public var suggestedCurrency: String?
  /// When the newest warning not yet shown was added; with `warningCount`, never with an error.
  public var warningTimestamp: Timestamp?
  /// How many warnings have not been shown; 0 is left out.
  public var warningCount: Int
  /// Set while the daemon or the machine is about to start anew.
  public var maintenance: ErrorResult?

  public init(
    statusCode: Int, reply: Reply<Result>, warningTimestamp: Timestamp? = nil, warningCount: Int = 0,
    maintenance: ErrorResult? = nil
  ) {
    self.statusCode = statusCode
    self.reply = reply
    self.warningTimestamp = warningTimestamp
    self.warningCount = warningCount
    self.maintenance = maintenance
  }
}

/// The result of an answer that carries none, written as `null`.
public struct NoResult: Codable, Hashable, Sendable {
  public init() {}
  public init(from decoder: any Decoder) throws {}
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encodeNil()
  }
}

extension Envelope: Codable {
  enum CodingKeys: String, CodingKey {
    case type, status, result, change, sources, maintenance
    case statusCode = "status-code"
    case suggestedCurrency = "suggested-currency"
    case warningTimestamp = "warning-timestamp"
    case warningCount = "warning-count"
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    switch try container.decode(String.self, forKey: .type) {
    case "sync": reply = .sync(try container.decode(Result.self, forKey: .result))
    case "async":
      reply = .async(
        change: try container.decode(String.self, forKey: .change),
        result: try container.decodeIfPresent(JSONValue.self, forKey: .result))
    case "error": reply = .error(try container.decode(ErrorResult.self, forKey: .result))
    case let other:
      throw DecodingError.dataCorruptedError(
        forKey: .type, in: container, debugDescription: "unknown type of response \"\(other)\"")
    }
    statusCode = try container.decodeIfPresent(Int.self, forKey: .statusCode) ?? 0
    sources = try container.decodeIfPresent([String].self, forKey: .sources)
    suggestedCurrency = try container.decodeIfPresent(String.self, forKey: .suggestedCurrency)
    warningTimestamp = try container.decodeIfPresent(Timestamp.self, forKey: .warningTimestamp)
    warningCount = try container.decodeIfPresent(Int.self, forKey: .warningCount) ?? 0
    maintenance = try container.decodeIfPresent(ErrorResult.self, forKey: .maintenance)
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    switch reply {
    case .sync(let result):
      try container.encode("sync", forKey: .type)
      try container.encode(result, forKey: .result)
    case .async(let change, let result):
      try container.encode("async", forKey: .type)
      try container.encode(change, forKey: .change)
      try container.encode(result ?? .null, forKey: .result)
    case .error(let error):
      try container.encode("error", forKey: .type)
      try container.encode(error, forKey: .result)
    }
    try container.encode(statusCode, forKey: .statusCode)
    try container.encode(HTTPStatus.reason(statusCode), forKey: .status)
    try container.encodeIfPresent(sources, forKey: .sources)
    try container.encodeIfPresent(suggestedCurrency, forKey: .suggestedCurrency)
    if case .error = reply {
    } else if warningCount > 0 {
      try container.encodeIfPresent(warningTimestamp, forKey: .warningTimestamp)
      try container.encode(warningCount, forKey: .warningCount)
    }
    try container.encodeIfPresent(maintenance, forKey: .maintenance)
  }
}

/// Names of HTTP statuses as Go's `http.StatusText` gives them.
public enum HTTPStatus {
  /// The words for a status, `""` for one that has none here.
  public static func reason(_ code: Int) -> String {
    switch code {
    case 200: "OK"
    case 201: "Created"
    case 202: "Accepted"
    case 204: "No Content"
    case 206: "Partial Content"
    case 400: "Bad Request"
    case 401: "Unauthorized"
    case 403: "Forbidden"
    case 404: "Not Found"
    case 405: "Method Not Allowed"
    case 408: "Request Timeout"
    case 409: "Conflict"
    case 411: "Length Required"
    case 413: "Request Entity Too Large"
    case 415: "Unsupported Media Type"
    case 416: "Requested Range Not Satisfiable"
    case 500: "Internal Server Error"
    case 501: "Not Implemented"
    case 503: "Service Unavailable"
    case 504: "Gateway Timeout"
    case 507: "Insufficient Storage"
    default: ""
    }
  }
}
