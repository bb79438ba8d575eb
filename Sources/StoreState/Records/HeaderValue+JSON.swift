package import Assertions
package import JSONValues

extension HeaderValue {
  /// Texts, lists and maps as what they are in JSON.
  package var json: JSONValue {
    switch self {
    case .text(let text): .string(text)
    case .list(let list): .array(list.map(\.json))
    case .map(let map): .object(map.mapValues(\.json))
    }
  }

  /// - Returns: nil for anything but texts, lists and maps. The JSON parser bounds how deep they are.
  init?(json: JSONValue) {
    switch json {
    case .string(let text): self = .text(text)
    case .array(let elements):
      var list: [Self] = []
      for element in elements {
        guard let value = Self(json: element) else { return nil }
        list.append(value)
      }
      self = .list(list)
    case .object(let members):
      var map: [String: Self] = [:]
      for (name, member) in members {
        guard let value = Self(json: member) else { return nil }
        map[name] = value
      }
      self = .map(map)
    default: return nil
    }
  }
}
