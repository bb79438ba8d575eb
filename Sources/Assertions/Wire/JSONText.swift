internal import ByteText

/// JSON as signed bodies and the input of `snap sign` have it. Numbers keep their text.
public indirect enum JSONText: Sendable {
  case null
  case bool(Bool)
  case number(String)
  case string(String)
  case array([JSONText])
  case object([String: JSONText])

  /// Levels of nesting that are followed.
  static let depthLimit = 200

  /// Reads a whole text. A key that comes twice is refused.
  public init(_ bytes: [UInt8]) throws(AssertionError) {
    guard String(validating: bytes, as: UTF8.self) != nil else { throw AssertionError("invalid JSON: not UTF-8") }
    var reader = JSONReader(bytes)
    self = try reader.document()
  }

  /// The form that is signed: keys sorted, indented with two spaces.
  static func canonical(_ bytes: [UInt8]) throws(AssertionError) -> [UInt8] {
    var text = ""
    try JSONText(bytes).write(to: &text, indent: "")
    return Array(text.utf8)
  }

  /// With this indentation, and without a newline at the end.
  func write(to text: inout String, indent: String) {
    switch self {
    case .null: text += "null"
    case .bool(let value): text += value ? "true" : "false"
    case .number(let number): text += number
    case .string(let string): Self.write(string, to: &text)
    case .array(let items):
      if items.isEmpty { return text += "[]" }
      text += "["
      for (index, item) in items.enumerated() {
        text += (index > 0 ? ",\n" : "\n") + indent + "  "
        item.write(to: &text, indent: indent + "  ")
      }
      text += "\n" + indent + "]"
    case .object(let entries):
      if entries.isEmpty { return text += "{}" }
      text += "{"
      let sorted = entries.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
      for (index, entry) in sorted.enumerated() {
        text += (index > 0 ? ",\n" : "\n") + indent + "  "
        Self.write(entry.key, to: &text)
        text += ": "
        entry.value.write(to: &text, indent: indent + "  ")
      }
      text += "\n" + indent + "}"
    }
  }

  /// As Go's encoder writes a text: `<`, `>`, `&` and the line separators of JavaScript are escaped too.
  private static func write(_ string: String, to text: inout String) {
    text += "\""
    for scalar in string.unicodeScalars {
      switch scalar {
      case "\"": text += "\\\""
      case "\\": text += "\\\\"
      case "\n": text += "\\n"
      case "\r": text += "\\r"
      case "\t": text += "\\t"
      case "\u{8}": text += "\\b"
      case "\u{C}": text += "\\f"
      case "<", ">", "&", "\u{2028}", "\u{2029}", "\0"..<" ":
        let hex = String(scalar.value, radix: 16)
        text += "\\u" + String(repeating: "0", count: 4 - hex.utf8.count) + hex
      default: text.unicodeScalars.append(scalar)
      }
    }
    text += "\""
  }
}

/// Reads JSON (RFC 8259).
private struct JSONReader {
  private let bytes: [UInt8]
  private var at = 0

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  mutating func document() throws(AssertionError) -> JSONText {
    let value = try value(depth: 0)
    skipSpace()
    guard at == bytes.count else { throw error("something follows the value") }
    return value
  }

  private func error(_ what: String) -> AssertionError { AssertionError("invalid JSON at byte \(at): \(what)") }

  private var next: UInt8? { at < bytes.count ? bytes[at] : nil }

  private mutating func skipSpace() {
    while let byte = next, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { at += 1 }
  }

  private mutating func take(_ character: Unicode.Scalar) -> Bool {
    skipSpace()
    guard next == UInt8(ascii: character) else { return false }
    at += 1
    return true
  }

  private mutating func word(_ word: StaticString) -> Bool {
    let wanted = Array("\(word)".utf8)
    guard bytes[at...].starts(with: wanted) else { return false }
    at += wanted.count
    return true
  }

  private mutating func value(depth: Int) throws(AssertionError) -> JSONText {
    guard depth <= JSONText.depthLimit else { throw error("nests too deeply") }
    skipSpace()
    switch next {
    case UInt8(ascii: "{"): return try object(depth)
    case UInt8(ascii: "["): return try array(depth)
    case UInt8(ascii: "\""): return .string(try string())
    case .some(let byte) where byte == UInt8(ascii: "-") || (48...57).contains(byte): return try number()
    default: break
    }
    if word("null") { return .null }
    if word("true") { return .bool(true) }
    if word("false") { return .bool(false) }
    throw error("no value")
  }

  private mutating func object(_ depth: Int) throws(AssertionError) -> JSONText {
    at += 1
    var entries: [ExactText: JSONText] = [:]
    if take("}") { return .object([:]) }
    repeat {
      skipSpace()
      guard next == UInt8(ascii: "\"") else { throw error("no key") }
      let key = ExactText(try string())
      guard take(":") else { throw error("no colon") }
      guard entries.updateValue(try value(depth: depth + 1), forKey: key) == nil else {
        throw error("repeated key \(quoted(key.text))")
      }
    } while take(",")
    guard take("}") else { throw error("object is not closed") }
    return .object(Dictionary(entries.map { ($0.key.text, $0.value) }, uniquingKeysWith: { $1 }))
  }

  private mutating func array(_ depth: Int) throws(AssertionError) -> JSONText {
    at += 1
    var items: [JSONText] = []
    if take("]") { return .array([]) }
    repeat { items.append(try value(depth: depth + 1)) } while take(",")
    guard take("]") else { throw error("array is not closed") }
    return .array(items)
  }

  private mutating func number() throws(AssertionError) -> JSONText {
    let start = at
    func digit(_ byte: UInt8?) -> Bool { byte.map { (48...57).contains($0) } ?? false }
    if next == UInt8(ascii: "-") { at += 1 }
    guard digit(next) else { throw error("no number") }
    if next == UInt8(ascii: "0") { at += 1 } else { while digit(next) { at += 1 } }
    if next == UInt8(ascii: ".") {
      at += 1
      guard digit(next) else { throw error("no number") }
      while digit(next) { at += 1 }
    }
    if next == UInt8(ascii: "e") || next == UInt8(ascii: "E") {
      at += 1
      if next == UInt8(ascii: "-") || next == UInt8(ascii: "+") { at += 1 }
      guard digit(next) else { throw error("no number") }
      while digit(next) { at += 1 }
    }
    return .number(String(decoding: bytes[start..<at], as: UTF8.self))
  }

  private mutating func string() throws(AssertionError) -> String {
    at += 1
    var text: [UInt8] = []
    while let byte = next {
      at += 1
      switch byte {
      case UInt8(ascii: "\""): return String(decoding: text, as: UTF8.self)
      case UInt8(ascii: "\\"): text += Array(String(try escape()).utf8)
      case 0..<0x20: throw error("control character in a text")
      default: text.append(byte)
      }
    }
    throw error("text is not closed")
  }

  private mutating func escape() throws(AssertionError) -> Unicode.Scalar {
    guard let byte = next else { throw error("text is not closed") }
    at += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Unicode.Scalar(byte)
    case UInt8(ascii: "b"): return "\u{8}"
    case UInt8(ascii: "f"): return "\u{C}"
    case UInt8(ascii: "n"): return "\n"
    case UInt8(ascii: "r"): return "\r"
    case UInt8(ascii: "t"): return "\t"
    case UInt8(ascii: "u"): break
    default: throw error("unknown escape")
    }
    let unit = try hex()
    if let scalar = Unicode.Scalar(unit) { return scalar }
    // Two halves of one beyond the basic plane.
    guard (0xD800...0xDBFF).contains(unit), bytes[at...].starts(with: [0x5C, 0x75]) else {
      throw error("half a character")
    }
    at += 2
    let low = try hex()
    guard (0xDC00...0xDFFF).contains(low),
      let scalar = Unicode.Scalar(0x10000 + (unit - 0xD800) << 10 + (low - 0xDC00))
    else { throw error("half a character") }
    return scalar
  }

  private mutating func hex() throws(AssertionError) -> UInt32 {
    let digits = bytes[at...].prefix(4)
    guard digits.count == 4,
      digits.allSatisfy({ (48...57).contains($0) || (97...102).contains($0 | 0x20) }),
      let value = UInt32(String(decoding: digits, as: UTF8.self), radix: 16)
    else { throw error("unknown escape") }
    at += 4
    return value
  }
}
