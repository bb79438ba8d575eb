internal import API
internal import HTTP

/// `/v2/model` and `/v2/model/serial`: what this machine is. Source: `spec/features.md` §3.
extension DaemonService {
  /// `GET /v2/model`. Nothing gives a machine a model yet, so it has none.
  func showModel(_ request: Request) async throws -> Answer {
    throw APIFailure(404, "no model assertion yet", kind: .assertionNotFound, value: "model")
  }

  /// `GET /v2/model/serial`. Without a model there is no serial.
  func showSerial(_ request: Request) async throws -> Answer {
    throw APIFailure(404, "no serial assertion yet", kind: .assertionNotFound, value: "serial")
  }
}
