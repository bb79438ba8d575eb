internal import API
internal import DeviceManager
internal import HTTP
internal import Overlord

/// `/v2/model` and `/v2/model/serial`: what this machine is. Source: `spec/features.md` §3.
extension DaemonService {
  /// `GET /v2/model`.
  func showModel(_ request: Request) async throws -> Answer {
    guard let model = try overlord.identity.credentials.model() else {
      throw APIFailure(404, "no model assertion yet", kind: .assertionNotFound, value: "model")
    }
    return try .assertion(model, request.query)
  }

  /// `GET /v2/model/serial`.
  func showSerial(_ request: Request) async throws -> Answer {
    guard let serial = try overlord.identity.credentials.serial() else {
      throw APIFailure(404, "no serial assertion yet", kind: .assertionNotFound, value: "serial")
    }
    return try .assertion(serial, request.query)
  }
}
