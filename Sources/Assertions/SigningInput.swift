internal import JSONValues
public import Time

/// What a person wants signed: headers as JSON, with the body as the header `body`. Source: `spec/features.md` §1,
/// `snap sign`.
public struct SigningInput: Sendable {
  public let type: AssertionType
  public var headers: Headers
  public let body: [UInt8]

  /// - Throws: ``AssertionError`` for anything but an object with a type, of texts, lists and objects.
  public init(json: [UInt8]) throws(AssertionError) {
    let input: JSONValue
    do { input = try CanonicalJSON.parse(json) } catch {
      throw AssertionError("cannot parse the assertion input as JSON: \(error)")
    }
    guard case .object(let entries) = input else {
      throw AssertionError("cannot parse the assertion input as JSON: it is no object")
    }
    var headers: Headers = [:]
    var body: [UInt8] = []
    for (name, value) in entries.sorted(by: { $0.key < $1.key }) {
      if name == "body" {
        guard case .string(let text) = value else { throw AssertionError("body if specified must be a string") }
        body = Array(text.utf8)
      } else {
        headers[name] = try Self.header(value, name)
      }
    }
    guard let type = headers["type"]?.text else {
      throw AssertionError("invalid assertion type: \"type\" header is mandatory")
    }
    do { self.type = try AssertionType(named: type) } catch {
      throw AssertionError("invalid assertion type: \(quoted(type))")
    }
    for name in ["sign-key-sha3-384", "body-length"] { headers[name] = nil }
    self.headers = headers
    self.body = body
  }

  private static func header(_ value: JSONValue, _ name: String) throws(AssertionError) -> HeaderValue {
    switch value {
    case .string(let text): return .text(text)
    case .array(let items):
      var list: [HeaderValue] = []
      for item in items { list.append(try header(item, name)) }
      return .list(list)
    case .object(let entries):
      var map: [String: HeaderValue] = [:]
      for (key, value) in entries { map[key] = try header(value, name) }
      return .map(map)
    case .null, .bool, .integer, .decimal, .number:
      throw AssertionError(
        "header \(quoted(name)): header values must be strings or nested lists or maps with strings as the only scalars"
      )
    }
  }

  /// Signs it.
  public func signed(with key: any SigningKey, at time: Timestamp) throws -> Assertion {
    try Assertion.sign(type, headers, body: body, with: key, at: time)
  }
}
