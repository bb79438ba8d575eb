internal import Assertions
internal import HTTP
internal import JSONValues
internal import StoreProtocol

extension DeviceSide {
  var sessionEndpoints: [Endpoint] {
    [
      endpoint("POST", "/api/v1/snaps/auth/nonces") { _ in .json(try sessions.nonce(now: store.now()).json) },
      endpoint("POST", "/api/v1/snaps/auth/sessions") { request in
        let asked: SessionRequest
        do { asked = try SessionRequest(json: request.body) } catch let error as JSONError {
          throw DeviceFailure.badRequest("cannot read the request: \(error)")
        }
        return .json(try sessions.session(asked, now: store.now()).json)
      },
      endpoint("POST", "/api/v1/snaps/auth/request-id") { _ in .json(try sessions.requestID(now: store.now()).json) },
      endpoint("POST", "/api/v1/snaps/auth/devices") { request in
        let serial = try sessions.serial(request.body, now: store.now())
        return Response(headers: ["Content-Type": StoreMediaType.assertion], body: .bytes(serial.encoded))
      },
    ]
  }
}
