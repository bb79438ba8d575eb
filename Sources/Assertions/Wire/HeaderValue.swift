internal import ByteText

/// A value of a header: text, list or map. There are no other kinds: numbers, times and booleans are texts.
///
/// Texts are the same when their bytes are: signatures know no equivalence of characters.
public indirect enum HeaderValue: Sendable {
  case text(String)
  case list([HeaderValue])
  case map([String: HeaderValue])

  public var text: String? { if case .text(let text) = self { text } else { nil } }
  public var list: [HeaderValue]? { if case .list(let list) = self { list } else { nil } }
  public var map: [String: HeaderValue]? { if case .map(let map) = self { map } else { nil } }

  /// What is not written at all: an empty list or map.
  var isNothing: Bool {
    switch self {
    case .text: false
    case .list(let list): list.isEmpty
    case .map(let map): map.isEmpty
    }
  }
}

/// The headers of an assertion by name. Names are ASCII.
public typealias Headers = [String: HeaderValue]

extension HeaderValue: Hashable {
  public static func == (a: HeaderValue, b: HeaderValue) -> Bool {
    switch (a, b) {
    case (.text(let a), .text(let b)): a.hasSameBytes(as: b)
    case (.list(let a), .list(let b)): a == b
    case (.map(let a), .map(let b)): a == b
    default: false
    }
  }

  public func hash(into hasher: inout Hasher) {
    switch self {
    case .text(let text): hasher.combine(ExactText(text))
    case .list(let list): hasher.combine(list)
    case .map(let map): hasher.combine(map)
    }
  }
}

extension HeaderValue: ExpressibleByStringLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral {
  public init(stringLiteral value: String) { self = .text(value) }
  public init(arrayLiteral elements: HeaderValue...) { self = .list(elements) }
  public init(dictionaryLiteral elements: (String, HeaderValue)...) {
    self = .map(Dictionary(elements, uniquingKeysWith: { $1 }))
  }
}

/// Names of headers and keys of maps: `[a-z](-?[a-z0-9])*`.
enum HeaderName {
  static func isValid(_ name: some Sequence<UInt8>) -> Bool {
    var last: UInt8?
    for byte in name {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"): break
      case UInt8(ascii: "0")...UInt8(ascii: "9"): if last == nil { return false }
      case UInt8(ascii: "-"): if last == nil || last == UInt8(ascii: "-") { return false }
      default: return false
      }
      last = byte
    }
    return last != nil && last != UInt8(ascii: "-")
  }
}
