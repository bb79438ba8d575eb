public import JSONValues

/// An assertion as JSON, without its signature: for reading, not for checking.
public struct AssertionJSON: Codable, Hashable, Sendable {
  public var headers: JSONValue
  @OmitEmpty public var body: String

  public init(headers: JSONValue, body: String = "") {
    self.headers = headers
    self.body = body
  }
}
