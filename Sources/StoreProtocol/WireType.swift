public import JSONValues
public import Snap
internal import Time

/// A message, or a part of one, as it is in JSON.
public protocol WireType: Codable, Hashable, Sendable {
  /// Reads the value that comes next.
  ///
  /// - Throws: when it is not what it should be, saying where.
  init(from reader: inout JSONReader) throws(JSONError)

  func write(to builder: inout JSONBuilder)
}

extension WireType {
  /// Reads a whole document.
  public init(json: [UInt8]) throws(JSONError) {
    var reader = JSONReader(json)
    try self.init(from: &reader)
    try reader.end()
  }

  /// The message as JSON.
  public var json: [UInt8] {
    var builder = JSONBuilder()
    write(to: &builder)
    return builder.bytes
  }

  public init(from decoder: any Decoder) throws {
    try self.init(json: try decoder.singleValueContainer().decode(JSONValue.self).bytes)
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(try JSONValue(parsing: json))
  }
}

// MARK: Reading

extension JSONReader {
  /// A string; empty for `null`.
  mutating func text() throws(JSONError) -> String { try string() ?? "" }

  /// A string for people, of one line: control characters are dropped, since it ends up in terminals.
  mutating func line() throws(JSONError) -> String { try text().withoutControls(keepingLines: false) }

  /// A string for people, of several lines.
  mutating func paragraph() throws(JSONError) -> String { try text().withoutControls(keepingLines: true) }

  /// Text of a type that is checked; nil for `null` and for an empty one.
  mutating func validated<Text: ValidatedText>(_ kind: Text.Type) throws(JSONError) -> Text? {
    guard let text = try string(), !text.isEmpty else { return nil }
    do { return try Text(text) } catch { throw JSONError(error.description) }
  }

  /// A channel; nil for `null` and for an empty one.
  mutating func channel() throws(JSONError) -> Channel? {
    guard let text = try string(), !text.isEmpty else { return nil }
    return try Self.channel(text)
  }

  static func channel(_ text: String) throws(JSONError) -> Channel {
    do { return try Channel(text) } catch { throw JSONError(error.description) }
  }

  /// A revision of the store, a number; nil for `null` and 0.
  mutating func revision() throws(JSONError) -> Revision? {
    guard let number = try integer(), number != 0 else { return nil }
    guard number > 0, number <= Int32.max else { throw JSONError("invalid snap revision: \(number)") }
    return .store(UInt32(number))
  }

  /// A number of bytes, or of something else that is not negative.
  mutating func count() throws(JSONError) -> Int64 {
    let number = try integer() ?? 0
    guard number >= 0 else { throw JSONError("a number that is not negative is expected, not \(number)") }
    return number
  }

  /// An instant; nil for `null` and for an empty text.
  mutating func time() throws(JSONError) -> Timestamp? {
    guard let text = try string(), !text.isEmpty else { return nil }
    guard let time = Timestamp(text) else { throw JSONError("cannot read \(InvalidText.quote(text)) as a time") }
    return time
  }

  mutating func list<Element>(
    _ element: (inout JSONReader) throws(JSONError) -> Element
  ) throws(JSONError) -> [Element] {
    guard try beginArray() else { return [] }
    var elements: [Element] = []
    while try nextElement() { elements.append(try element(&self)) }
    return elements
  }

  mutating func list<Element: WireType>(of kind: Element.Type) throws(JSONError) -> [Element] {
    guard try beginArray() else { return [] }
    var elements: [Element] = []
    while try nextElement() { elements.append(try Element(from: &self)) }
    return elements
  }

  mutating func texts() throws(JSONError) -> [String] {
    guard try beginArray() else { return [] }
    var elements: [String] = []
    while try nextElement() { elements.append(try text()) }
    return elements
  }

  /// An object whose values are of one kind.
  mutating func map<Value>(
    _ value: (inout JSONReader) throws(JSONError) -> Value
  ) throws(JSONError) -> [String: Value] {
    guard try beginObject() else { return [:] }
    var values: [String: Value] = [:]
    while let name = try nextMember() { values[name] = try value(&self) }
    return values
  }
}

extension String {
  func withoutControls(keepingLines: Bool) -> String {
    func isControl(_ scalar: Unicode.Scalar) -> Bool {
      switch scalar.value {
      case 0x0A: !keepingLines
      case 0..<0x20, 0x7F..<0xA0: true
      // What turns the direction of text around, and marks that nobody sees.
      case 0x202A...0x202E, 0x2066...0x2069, 0xFEFF: true
      default: false
      }
    }
    guard unicodeScalars.contains(where: isControl) else { return self }
    var kept = UnicodeScalarView()
    for scalar in unicodeScalars where !isControl(scalar) { kept.append(scalar) }
    return String(kept)
  }
}

// MARK: Writing

extension JSONBuilder {
  mutating func member(_ name: String, _ text: String) {
    self.name(name)
    string(text)
  }

  /// A member that is left out when it is empty.
  mutating func member(_ name: String, unlessEmpty text: String) { if !text.isEmpty { member(name, text) } }

  mutating func member(_ name: String, _ number: Int64) {
    self.name(name)
    integer(number)
  }

  mutating func member(_ name: String, _ truth: Bool) {
    self.name(name)
    bool(truth)
  }

  mutating func member(_ name: String, _ texts: [String]) {
    self.name(name)
    array { builder in for text in texts { builder.string(text) } }
  }

  mutating func member(_ name: String, _ values: [some WireType]) {
    self.name(name)
    array { builder in for value in values { value.write(to: &builder) } }
  }

  mutating func member(_ name: String, _ value: some WireType) {
    self.name(name)
    value.write(to: &self)
  }

  mutating func member(_ name: String, _ revision: Revision) { member(name, revision.storeNumber) }

  /// An object whose values are texts, by name.
  mutating func member(_ name: String, _ texts: [String: String]) {
    self.name(name)
    object { builder in
      for (name, text) in texts.sorted(by: { $0.key < $1.key }) { builder.member(name, text) }
    }
  }
}

extension Revision {
  /// The number that the store knows the revision by; 0 for one that it does not know, as the reference has it.
  public var storeNumber: Int64 {
    switch self {
    case .store(let number): Int64(number)
    case .local: 0
    }
  }
}

extension JSONReader {
  /// `{"read": […], "write": […]}`; `null` is epoch 0.
  mutating func epoch() throws(JSONError) -> Epoch {
    guard try beginObject() else { return .zero }
    var (read, write): ([UInt32]?, [UInt32]?)
    while let name = try nextMember() {
      switch name {
      case "read": read = try list { reader throws(JSONError) in try reader.epochNumber() }
      case "write": write = try list { reader throws(JSONError) in try reader.epochNumber() }
      default: try skip()
      }
    }
    // One list stands for both. Epoch 0 needs no check, and most are.
    let (reads, writes) = (read ?? write ?? [0], write ?? read ?? [0])
    guard reads != [0] || writes != [0] else { return .zero }
    do { return try Epoch(read: reads, write: writes) } catch { throw JSONError(error.description) }
  }

  /// An epoch; nil for `null`.
  mutating func epochOrNull() throws(JSONError) -> Epoch? {
    try isNull() ? nil : try epoch()
  }

  private mutating func epochNumber() throws(JSONError) -> UInt32 {
    let number = try count()
    guard let small = UInt32(exactly: number) else {
      throw JSONError("epoch numbers must be less than 2³², but got \(number)")
    }
    return small
  }
}

extension JSONBuilder {
  mutating func member(_ name: String, _ epoch: Epoch) {
    self.name(name)
    object { builder in
      builder.name("read")
      builder.array { builder in for number in epoch.read { builder.integer(Int64(number)) } }
      builder.name("write")
      builder.array { builder in for number in epoch.write { builder.integer(Int64(number)) } }
    }
  }
}
