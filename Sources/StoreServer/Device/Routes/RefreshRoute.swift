internal import HTTP
internal import JSONValues
internal import StoreProtocol

extension DeviceSide {
  var refreshEndpoints: [Endpoint] {
    [
      endpoint("POST", "/v2/snaps/refresh", limit: 4 << 20) { request in
        let asked: SnapActionRequest
        do { asked = try SnapActionRequest(json: request.body) } catch let error as JSONError {
          throw DeviceFailure.badRequest("cannot read the request: \(error)")
        }
        guard asked.actions.count <= RefreshService.limit, asked.context.count <= RefreshService.limit else {
          throw DeviceFailure.badRequest("cannot answer more than \(RefreshService.limit) actions at once")
        }
        return .json(try refresh.answer(asked, for: try context(request)))
      }
    ]
  }
}
