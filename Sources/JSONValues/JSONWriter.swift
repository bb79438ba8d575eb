extension JSONValue {
  /// The value as JSON, members by the bytes of their names, numbers as they were read.
  public var text: String {
    var writer = JSONWriter(isPretty: false)
    writer.write(self)
    return String(decoding: writer.bytes, as: UTF8.self)
  }

  /// The bytes of ``text``.
  public var bytes: [UInt8] {
    var writer = JSONWriter(isPretty: false)
    writer.write(self)
    return writer.bytes
  }

  /// The value as Go's `json.MarshalIndent` with tabs writes it: what `snap get -d` and `snapctl get -d` print.
  public var prettyText: String {
    var writer = JSONWriter(isPretty: true)
    writer.write(self)
    return String(decoding: writer.bytes, as: UTF8.self)
  }
}

struct JSONWriter {
  /// One member or element a line, and what means something to HTML escaped, as Go does.
  let isPretty: Bool
  private(set) var bytes: [UInt8] = []
  private var depth = 0

  init(isPretty: Bool) { self.isPretty = isPretty }

  mutating func write(_ value: JSONValue) {
    switch value {
    case .null: add("null")
    case .bool(let truth): add(truth ? "true" : "false")
    case .integer(let number): add("\(number)")
    case .decimal(let text): add(text)
    #if !hasFeature(Embedded)
      case .number(let number): add(number.isFinite ? "\(number)" : "null")
    #endif
    case .string(let text): write(text)
    case .array(let elements):
      list(elements.count, "[", "]") { writer, index in writer.write(elements[index]) }
    case .object(let members):
      let names = members.keys.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
      list(names.count, "{", "}") { writer, index in
        writer.write(names[index])
        writer.add(writer.isPretty ? ": " : ":")
        writer.write(members[names[index]] ?? .null)
      }
    }
  }

  private mutating func add(_ text: String) { bytes.append(contentsOf: text.utf8) }

  private mutating func list(
    _ count: Int, _ open: String, _ close: String, _ element: (inout JSONWriter, Int) -> Void
  ) {
    add(open)
    depth += 1
    for index in 0..<count {
      if index > 0 { add(",") }
      startLine()
      element(&self, index)
    }
    depth -= 1
    if count > 0 { startLine() }
    add(close)
  }

  private mutating func startLine() {
    guard isPretty else { return }
    bytes.append(0x0A)
    for _ in 0..<depth { bytes.append(0x09) }
  }

  mutating func add(byte: UInt8) { bytes.append(byte) }

  mutating func write(_ text: String) {
    bytes.append(UInt8(ascii: "\""))
    if text.utf8.allSatisfy(isPlain) {
      bytes.append(contentsOf: text.utf8)
      bytes.append(UInt8(ascii: "\""))
      return
    }
    for scalar in text.unicodeScalars {
      switch scalar.value {
      case 0x22: add("\\\"")
      case 0x5C: add("\\\\")
      case 0x0A: add("\\n")
      case 0x0D: add("\\r")
      case 0x09: add("\\t")
      case 0..<0x20: escape(scalar)
      case 0x2028, 0x2029: escape(scalar)
      case 0x3C, 0x3E, 0x26: if isPretty { escape(scalar) } else { bytes.append(UInt8(scalar.value)) }
      default: bytes.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
      }
    }
    bytes.append(UInt8(ascii: "\""))
  }

  /// Whether a byte is a character that stands for itself.
  private func isPlain(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x22, 0x5C: false
    case 0x3C, 0x3E, 0x26: !isPretty
    default: (0x20...0x7F).contains(byte)
    }
  }

  private mutating func escape(_ scalar: Unicode.Scalar) {
    add("\\u")
    for shift in [12, 8, 4, 0] as [UInt32] {
      let digit = UInt8(scalar.value >> shift & 15)
      bytes.append(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10)
    }
  }
}
