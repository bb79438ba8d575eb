internal import FoundationEssentials

/// How the state writes values: JSON with sorted keys, so that equal values are equal bytes and a commit can see
/// that nothing changed.
enum JSON {
  private static let encoder: JSONEncoder = {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return encoder
  }()
  private static let decoder = JSONDecoder()

  static func encode(_ value: some Encodable, as what: @autoclosure () -> String) throws(StateError) -> String {
    do {
      return String(decoding: try encoder.encode(value), as: UTF8.self)
    } catch {
      throw .unencodable(what: what(), why: describe(error))
    }
  }

  static func decode<V: Decodable>(_ type: V.Type, from text: String) throws -> V {
    try decoder.decode(type, from: Data(text.utf8))
  }

  /// A decoding error in one line: the path to the value and what is wrong with it.
  static func describe(_ error: any Error) -> String {
    func line(_ context: DecodingError.Context) -> String {
      let path = context.codingPath.map(\.stringValue).joined(separator: ".")
      return path.isEmpty ? context.debugDescription : "\(path): \(context.debugDescription)"
    }
    switch error {
    case DecodingError.dataCorrupted(let context): return line(context)
    case DecodingError.keyNotFound(let key, let context): return "\(key.stringValue) is missing; \(line(context))"
    case DecodingError.typeMismatch(_, let context): return line(context)
    case DecodingError.valueNotFound(_, let context): return line(context)
    default: return "\(error)"
    }
  }
}
