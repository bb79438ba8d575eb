internal import HTTP
internal import StoreProtocol
internal import StoreState

extension DeviceSide {
  /// Assertions by their keys, which have up to five parts, and several at once.
  var assertionEndpoints: [Endpoint] {
    let parts = ["a", "b", "c", "d", "e"]
    let single = parts.indices.map { count in
      let names = parts[...count]
      let pattern = "/v2/assertions/{type}/" + names.map { "{\($0)}" }.joined(separator: "/")
      return endpoint("GET", pattern) { request in
        try one(request, path: [request.capture("type")] + names.map { request.capture($0) })
      }
    }
    let bundle = endpoint("GET", "/v2/assertions/bundle") { request in
      try answering {
        let bytes = try assertions.stream(
          references: request.query.all("ref"), maxFormats: request.query.all("max-format"),
          withPrerequisites: request.query["prerequisites"] == "true")
        return Response(headers: ["Content-Type": StoreMediaType.assertionBundle], body: .bytes(bytes))
      }
    }
    return single + [bundle]
  }

  private func one(_ request: Request, path: [String]) throws -> Response {
    try answering {
      let found = try assertions.find(
        path: path, maxFormat: request.query["max-format"], sequence: request.query["sequence"])
      return Response(headers: ["Content-Type": StoreMediaType.assertion], body: .bytes(found.bytes))
    }
  }

  private func answering(_ body: () throws -> Response) throws -> Response {
    do { return try body() } catch let failure as AssertionAnswers.Failure {
      let status: Int
      if case .notFound = failure { status = 404 } else { status = 400 }
      return .json(ErrorListResponse(errorList: [failure.entry]).json, status: status)
    }
  }
}
