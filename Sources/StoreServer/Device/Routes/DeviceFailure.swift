internal import HTTP
internal import StoreProtocol

/// Why a request of a device is refused as a whole.
struct DeviceFailure: Error, Sendable, CustomStringConvertible {
  let status: Int
  let code: StoreErrorCode
  let description: String
  var headers: [(name: String, value: String)] = []

  init(_ status: Int, _ code: StoreErrorCode, _ description: String) {
    self.status = status
    self.code = code
    self.description = description
  }

  static func notFound(_ description: String) -> DeviceFailure { DeviceFailure(404, .notFound, description) }

  static func badRequest(_ description: String) -> DeviceFailure {
    DeviceFailure(400, "invalid-request", description)
  }

  static func badQuery(_ description: String) -> DeviceFailure { DeviceFailure(400, "bad-query", description) }

  /// The user has to log in, or its token has to be made new.
  static func user(_ description: String, needsRefresh: Bool) -> DeviceFailure {
    var failure = DeviceFailure(
      401, needsRefresh ? .userAuthorizationNeedsRefresh : "user-authorization-required", description)
    failure.headers = [
      (StoreHeader.authenticate, "Macaroon realm=\"store\"" + (needsRefresh ? ", needs_refresh=1" : ""))
    ]
    return failure
  }

  /// The device needs a new session.
  static func session(_ description: String) -> DeviceFailure {
    var failure = DeviceFailure(401, .deviceAuthorizationNeedsRefresh, description)
    failure.headers = [(StoreHeader.authenticate, "Macaroon realm=\"store\", refresh_device_session=1")]
    return failure
  }

  var response: Response {
    var response = Response.json(
      ErrorListResponse(errorList: [ErrorListEntry(code: code, message: description)]).json, status: status)
    for header in headers { response.headers.add(header.name, header.value) }
    return response
  }
}

extension Response {
  /// What answers say they understand: `held` in contexts. Source: `spec/assertions-and-store.md` §6.
  static let storeVersion = "55"

  static func json(_ bytes: [UInt8], status: Int = 200, type: String = StoreMediaType.json) -> Response {
    Response(
      status: status, headers: ["Content-Type": type, StoreHeader.storeVersion: storeVersion], body: .bytes(bytes))
  }
}
