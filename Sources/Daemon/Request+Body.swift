internal import FoundationEssentials
internal import HTTP

extension Request {
  /// What the body says, which is JSON of the type.
  ///
  /// - Parameters:
  ///   - complaint: what the client is told of a body that is not.
  ///   - reason: what stands behind it.
  /// - Throws: an ``APIFailure`` of a bad request.
  func decoded<Body: Decodable>(
    _ type: Body.Type, orSay complaint: String, _ reason: (any Error) -> String = { _ in "invalid JSON" }
  ) throws -> Body {
    do { return try JSONDecoder().decode(type, from: Data(body)) } catch {
      throw APIFailure.badRequest("\(complaint): \(reason(error))")
    }
  }
}
