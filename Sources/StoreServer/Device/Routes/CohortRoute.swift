internal import Crypto
internal import HTTP
internal import JSONValues
internal import StoreProtocol

extension DeviceSide {
  /// Names in one request.
  private static let cohortLimit = 500

  var cohortEndpoints: [Endpoint] {
    [
      endpoint("POST", "/v2/cohorts") { request in
        let asked: CohortsRequest
        do { asked = try CohortsRequest(json: request.body) } catch let error as JSONError {
          throw DeviceFailure.badRequest("cannot read the request: \(error)")
        }
        guard asked.snaps.count <= Self.cohortLimit else {
          throw DeviceFailure.badRequest("cannot make more than \(Self.cohortLimit) cohorts at once")
        }
        let device = try context(request)
        try catalogue.validate()
        var keys: [String: String] = [:]
        for name in asked.snaps {
          guard let entry = try catalogue.entry(name: name), try catalogue.isVisible(entry, to: device) else {
            throw DeviceFailure(404, .nameNotFound, "cannot find a snap named \"\(name)\"")
          }
          let number = SecureRandom.bytes(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
          let key = CohortKey(snapID: entry.snap.id, createdAt: device.now, number: number)
          keys[name] = try key.text(secret: cohortSecret)
        }
        return .json(CohortsResponse(cohortKeys: keys).json)
      }
    ]
  }
}
