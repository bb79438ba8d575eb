internal import API
internal import HTTP
internal import Overlord
internal import State

/// `/v2/warnings`.
extension DaemonService {
  /// `GET /v2/warnings?select=pending|all`.
  func listWarnings(_ request: Request) async throws -> Answer {
    let all: Bool
    switch request.query["select"] {
    case nil, "", "pending": all = false
    case "all": all = true
    case let other?: throw APIFailure.badRequest("invalid select parameter: \"\(other)\"")
    }
    return try .sync(
      overlord.store.read { state in
        (all ? state.warnings : state.pendingWarnings).map { warning in
          var json = WarningJSON(message: warning.message)
          json.firstAdded = warning.firstAdded
          json.lastAdded = warning.lastAdded
          json.lastShown = warning.lastShown
          json.expireAfter = warning.expireAfter.goText
          json.repeatAfter = warning.repeatAfter.goText
          return json
        }
      })
  }

  /// `POST /v2/warnings` with `{"action": "okay", "timestamp": …}`; answers how many it was about.
  func okayWarnings(_ request: Request) async throws -> Answer {
    let instruction = try request.decoded(
      WarningsInstruction.self, orSay: "cannot decode request body into warnings operation")
    guard instruction.action == "okay" else {
      throw APIFailure.badRequest("unknown warning action \"\(instruction.action)\"")
    }
    let count = try overlord.store.write { $0.okayWarnings(upTo: instruction.timestamp) }
    return try .sync(count)
  }
}

extension Duration {
  /// The duration as Go writes one of whole seconds: `672h0m0s`, `1m30s`, `0s`.
  var goText: String {
    let total = components.seconds
    let (hours, minutes, seconds) = (total / 3600, total / 60 % 60, total % 60)
    if hours > 0 { return "\(hours)h\(minutes)m\(seconds)s" }
    return minutes > 0 ? "\(minutes)m\(seconds)s" : "\(seconds)s"
  }
}
