/// Reads one JSON document (RFC 8259) piece by piece, without building a tree of it.
///
/// Who reads asks for what must come next: ``beginObject()``, then ``nextMember()`` until it is nil, and for each
/// member a value of the kind that it has, or ``skip()``. `null` in place of a value is no error: it stands for
/// nothing, as in Go. Time and stack grow with the text alone, and depth has a limit.
///
/// What is not UTF-8 in a string, and half a surrogate pair, becomes U+FFFD, as in Go.
public struct JSONReader {
  /// Arrays and objects in one another; more would exhaust the stack of a thread.
  static let depthLimit = 256

  private let bytes: [UInt8]
  private var index = 0
  private var depth = 0
  /// Whether an array or object has just begun, so that no comma comes first.
  private var isAtStart = false

  public init(_ bytes: [UInt8]) { self.bytes = bytes }

  private var next: UInt8? { index < bytes.count ? bytes[index] : nil }

  private mutating func skipSpace() {
    while let byte = next, byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D { index += 1 }
  }

  private func unexpected() -> JSONError {
    guard index < bytes.count else { return JSONError("unexpected end of JSON input") }
    return JSONError("invalid character at offset \(index) of JSON input")
  }

  // MARK: Objects and arrays

  /// Enters an object; false when there is `null` instead.
  public mutating func beginObject() throws(JSONError) -> Bool {
    try begin(UInt8(ascii: "{"), "an object")
  }

  /// The name of the next member, whose value must be read next; nil, and the object left, after the last.
  public mutating func nextMember() throws(JSONError) -> String? {
    guard try step(UInt8(ascii: "}")) else { return nil }
    guard next == UInt8(ascii: "\"") else { throw unexpected() }
    let name = try text()
    skipSpace()
    guard next == UInt8(ascii: ":") else { throw unexpected() }
    index += 1
    return name
  }

  /// Enters an array; false when there is `null` instead.
  public mutating func beginArray() throws(JSONError) -> Bool { try begin(UInt8(ascii: "["), "an array") }

  /// Whether another element comes, which must be read next; false, and the array left, after the last.
  public mutating func nextElement() throws(JSONError) -> Bool { try step(UInt8(ascii: "]")) }

  private mutating func begin(_ mark: UInt8, _ kind: String) throws(JSONError) -> Bool {
    skipSpace()
    guard next == mark else {
      if try null() { return false }
      throw try mismatch(kind)
    }
    index += 1
    depth += 1
    guard depth <= Self.depthLimit + 1 else { throw JSONError("JSON input is nested too deeply") }
    isAtStart = true
    return true
  }

  private mutating func step(_ end: UInt8) throws(JSONError) -> Bool {
    skipSpace()
    let isFirst = isAtStart
    isAtStart = false
    if next == end {
      index += 1
      depth -= 1
      return false
    }
    if !isFirst {
      guard next == UInt8(ascii: ",") else { throw unexpected() }
      index += 1
      skipSpace()
    }
    return true
  }

  // MARK: Values

  /// A string; nil for `null`.
  public mutating func string() throws(JSONError) -> String? {
    skipSpace()
    if next == UInt8(ascii: "\"") { return try text() }
    if try null() { return nil }
    throw try mismatch("a string")
  }

  /// A whole number that fits 64 bits; nil for `null`.
  public mutating func integer() throws(JSONError) -> Int64? {
    skipSpace()
    if try null() { return nil }
    guard isAtNumber else { throw try mismatch("a number") }
    let start = index
    guard case .integer(let number) = try number() else {
      throw JSONError("a whole number is expected at offset \(start) of JSON input")
    }
    return number
  }

  /// Passes over `null` when that is what comes next.
  public mutating func isNull() throws(JSONError) -> Bool {
    skipSpace()
    return try null()
  }

  /// A boolean; nil for `null`.
  public mutating func bool() throws(JSONError) -> Bool? {
    skipSpace()
    switch next {
    case UInt8(ascii: "t"):
      try word("true")
      return true
    case UInt8(ascii: "f"):
      try word("false")
      return false
    default:
      if try null() { return nil }
      throw try mismatch("a boolean")
    }
  }

  /// Any value.
  public mutating func value() throws(JSONError) -> JSONValue {
    skipSpace()
    switch next {
    case UInt8(ascii: "{"):
      var members: [String: JSONValue] = [:]
      _ = try beginObject()
      while let name = try nextMember() { members[name] = try value() }
      return .object(members)
    case UInt8(ascii: "["):
      var elements: [JSONValue] = []
      _ = try beginArray()
      while try nextElement() { elements.append(try value()) }
      return .array(elements)
    case UInt8(ascii: "\""): return .string(try text())
    case UInt8(ascii: "t"), UInt8(ascii: "f"): return .bool(try bool() ?? false)
    case UInt8(ascii: "n"):
      try word("null")
      return .null
    default: return try number()
    }
  }

  /// Passes over any value.
  public mutating func skip() throws(JSONError) {
    skipSpace()
    switch next {
    case UInt8(ascii: "{"):
      _ = try beginObject()
      while try nextMember() != nil { try skip() }
    case UInt8(ascii: "["):
      _ = try beginArray()
      while try nextElement() { try skip() }
    case UInt8(ascii: "\""): _ = try text()
    case UInt8(ascii: "t"), UInt8(ascii: "f"): _ = try bool()
    case UInt8(ascii: "n"): try word("null")
    default: _ = try number()
    }
  }

  /// Makes sure that nothing follows.
  public mutating func end() throws(JSONError) {
    skipSpace()
    guard index == bytes.count else { throw JSONError("cannot parse json value") }
  }

  // MARK: Texts of values

  private var isAtNumber: Bool {
    guard let byte = next else { return false }
    return byte == UInt8(ascii: "-") || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
  }

  /// What to say of a value of another kind; of what is no value at all, that.
  private mutating func mismatch(_ wanted: String) throws(JSONError) -> JSONError {
    let start = index
    try skip()
    return JSONError("\(wanted) is expected at offset \(start) of JSON input")
  }

  private mutating func null() throws(JSONError) -> Bool {
    guard next == UInt8(ascii: "n") else { return false }
    try word("null")
    return true
  }

  private mutating func word(_ text: StaticString) throws(JSONError) {
    for offset in 0..<text.utf8CodeUnitCount {
      guard next == text.utf8Start[offset] else { throw unexpected() }
      index += 1
    }
  }

  private mutating func number() throws(JSONError) -> JSONValue {
    let start = index
    if next == UInt8(ascii: "-") { index += 1 }
    if next == UInt8(ascii: "0") { index += 1 } else { try digits() }
    var isWhole = true
    if next == UInt8(ascii: ".") {
      isWhole = false
      index += 1
      try digits()
    }
    if next == UInt8(ascii: "e") || next == UInt8(ascii: "E") {
      isWhole = false
      index += 1
      if next == UInt8(ascii: "+") || next == UInt8(ascii: "-") { index += 1 }
      try digits()
    }
    let text = String(decoding: bytes[start..<index], as: UTF8.self)
    // "-0" is no Int64 that would be written so again.
    if isWhole, text != "-0", let number = Int64(text) { return .integer(number) }
    return .decimal(text)
  }

  private mutating func digits() throws(JSONError) {
    let start = index
    while let byte = next, byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") { index += 1 }
    guard index > start else { throw unexpected() }
  }

  /// A string, its quote being next.
  private mutating func text() throws(JSONError) -> String {
    index += 1
    let start = index
    while let byte = next, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\"), byte >= 0x20 { index += 1 }
    if next == UInt8(ascii: "\"") {
      index += 1
      return String(decoding: bytes[start..<index - 1], as: UTF8.self)
    }
    var text = Array(bytes[start..<index])
    while let byte = next {
      index += 1
      switch byte {
      case UInt8(ascii: "\""): return String(decoding: text, as: UTF8.self)
      case UInt8(ascii: "\\"): try escape(into: &text)
      case 0..<0x20:
        index -= 1
        throw unexpected()
      default: text.append(byte)
      }
    }
    throw unexpected()
  }

  private mutating func escape(into text: inout [UInt8]) throws(JSONError) {
    guard let byte = next else { throw unexpected() }
    index += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(byte)
    case UInt8(ascii: "b"): text.append(0x08)
    case UInt8(ascii: "f"): text.append(0x0C)
    case UInt8(ascii: "n"): text.append(0x0A)
    case UInt8(ascii: "r"): text.append(0x0D)
    case UInt8(ascii: "t"): text.append(0x09)
    case UInt8(ascii: "u"): append(try unit(), to: &text)
    default:
      index -= 1
      throw unexpected()
    }
  }

  /// Four hexadecimal digits.
  private mutating func unit() throws(JSONError) -> UInt32 {
    var value: UInt32 = 0
    for _ in 0..<4 {
      guard let byte = next else { throw unexpected() }
      let digit: UInt8
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = byte - UInt8(ascii: "0")
      case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = byte - UInt8(ascii: "a") + 10
      case UInt8(ascii: "A")...UInt8(ascii: "F"): digit = byte - UInt8(ascii: "A") + 10
      default: throw unexpected()
      }
      value = value << 4 | UInt32(digit)
      index += 1
    }
    return value
  }

  private mutating func append(_ first: UInt32, to text: inout [UInt8]) {
    var scalar = first
    if first & 0xFC00 == 0xD800, index + 1 < bytes.count, bytes[index] == UInt8(ascii: "\\"),
      bytes[index + 1] == UInt8(ascii: "u")
    {
      let before = index
      index += 2
      if let second = try? unit(), second & 0xFC00 == 0xDC00 {
        scalar = 0x10000 + (first & 0x3FF) << 10 + second & 0x3FF
      } else {
        // The second one speaks for itself.
        index = before
      }
    }
    text += Array(UTF8.encode(Unicode.Scalar(scalar) ?? "\u{FFFD}") ?? UTF8.encodedReplacementCharacter)
  }
}
