internal import HTTP
internal import JSONValues
internal import Linux
internal import StoreState

/// What the server itself answers, in the store's form. Source: `spec/assertions-and-store.md` §6.
enum StoreFailure {
  /// - Parameter report: told of what went wrong inside, which the client is not.
  static func render(_ failure: ServerFailure, report: (String) -> Void) -> Response {
    guard case .handler(let error) = failure else {
      var response = answer(failure.status, code(failure), "\(failure)")
      if case .tooMany = failure { response.headers["Retry-After"] = "1" }
      return response
    }
    report("\(error)")
    if let error = error as? SyscallError, error.errno == 28 || error.errno == 122 { return full }  // ENOSPC, EDQUOT
    if let error = error as? any StateFailure {
      if error.isFull { return full }
      if error.isBusy { return answer(503, "busy", "cannot answer now: the store is busy") }
    }
    if let error = error as? BodyTooLarge { return answer(413, "too-large", "\(error)") }
    return answer(500, "internal-error", "cannot answer: something is wrong inside the store, and is in its log")
  }

  private static var full: Response { answer(507, "insufficient-storage", "cannot do that: the store's disk is full") }

  static func answer(_ status: Int, _ code: String, _ message: String) -> Response {
    let body: JSONValue = ["error-list": [["code": .string(code), "message": .string(message)]]]
    return Response(status: status, headers: ["Content-Type": "application/json"], body: .bytes(body.bytes))
  }

  private static func code(_ failure: ServerFailure) -> String {
    switch failure {
    case .notFound: "resource-not-found"
    case .methodNotAllowed: "method-not-allowed"
    case .malformed: "malformed-request"
    case .headersTooLarge, .bodyTooLarge: "too-large"
    case .timeout: "timeout"
    case .overloaded: "overloaded"
    case .tooMany: "too-many-requests"
    case .handler: "internal-error"
    }
  }
}
