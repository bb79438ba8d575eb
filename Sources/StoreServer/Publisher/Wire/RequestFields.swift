internal import HTTP
internal import JSONValues

/// The JSON of a request, read field by field; what is missing or of another kind is named.
struct RequestFields: Sendable {
  private let value: JSONValue

  /// - Throws: ``PublisherError`` unless it is one object.
  init(_ body: [UInt8]) throws(PublisherError) {
    let value: JSONValue
    do throws(JSONError) { value = try JSONValue(parsing: body) } catch {
      throw .invalid("cannot read request: \(error)")
    }
    guard value.object != nil else { throw .invalid("cannot read request: not a JSON object") }
    self.value = value
  }

  init(_ value: JSONValue) { self.value = value }

  func text(_ name: String) throws(PublisherError) -> String {
    guard let text = try optionalText(name), !text.isEmpty else { throw .invalid("\(quoted(name)) is required") }
    return text
  }

  func optionalText(_ name: String) throws(PublisherError) -> String? {
    switch value[name] {
    case nil, .null: return nil
    case .string(let text): return text
    default: throw .invalid("\(quoted(name)) must be a string")
    }
  }

  func texts(_ name: String) throws(PublisherError) -> [String]? {
    switch value[name] {
    case nil, .null: return nil
    case .array(let elements):
      let texts = elements.compactMap(\.string)
      guard texts.count == elements.count, texts.count <= 1000 else {
        throw .invalid("\(quoted(name)) must be a list of strings")
      }
      return texts
    default: throw .invalid("\(quoted(name)) must be a list of strings")
    }
  }

  func bool(_ name: String) throws(PublisherError) -> Bool? {
    switch value[name] {
    case nil, .null: return nil
    case .bool(let truth): return truth
    default: throw .invalid("\(quoted(name)) must be true or false")
    }
  }

  /// A whole number, or a text of one as `snapcraft` sends revisions.
  func integer(_ name: String) throws(PublisherError) -> Int64? {
    switch value[name] {
    case nil, .null: return nil
    case .integer(let number): return number
    case .string(let text):
      if let number = Int64(text) { return number }
      throw .invalid("\(quoted(name)) must be a number")
    default: throw .invalid("\(quoted(name)) must be a number")
    }
  }

  func number(_ name: String) throws(PublisherError) -> Double? {
    switch value[name] {
    case nil, .null: return nil
    case .integer(let number): return Double(number)
    case .decimal(let text):
      if let number = Double(text), number.isFinite { return number }
      throw .invalid("\(quoted(name)) must be a number")
    default: throw .invalid("\(quoted(name)) must be a number")
    }
  }

  func object(_ name: String) throws(PublisherError) -> RequestFields? {
    switch value[name] {
    case nil, .null: return nil
    case .object: return value[name].map { RequestFields($0) }
    default: throw .invalid("\(quoted(name)) must be an object")
    }
  }

  func objects(_ name: String) throws(PublisherError) -> [RequestFields]? {
    switch value[name] {
    case nil, .null: return nil
    case .array(let elements):
      guard elements.count <= 1000, elements.allSatisfy({ $0.object != nil }) else {
        throw .invalid("\(quoted(name)) must be a list of objects")
      }
      return elements.map { RequestFields($0) }
    default: throw .invalid("\(quoted(name)) must be a list of objects")
    }
  }

  /// Whether a field is there, even as null.
  func has(_ name: String) -> Bool { value[name] != nil }

  subscript(name: String) -> JSONValue? { value[name] }
}
