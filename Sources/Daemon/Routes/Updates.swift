internal import API
internal import HTTP

/// `GET /v2/find?select=refresh`: what stores have for the snaps that are installed.
extension DaemonService {
  func findUpdates(_ request: Request) async throws -> Answer {
    throw APIFailure.badRequest("cannot list updates: not supported yet")
  }
}
