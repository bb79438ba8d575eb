/// Writes one JSON document piece by piece, without building a tree first: ``JSONReader`` the other way round.
///
/// Members stand in the order in which they are written. Whoever writes names a member and then its value; commas,
/// quotes and escapes are the builder's.
public struct JSONBuilder {
  private var writer = JSONWriter(isPretty: false)
  /// Whether a value, or a begun array or object, is the last thing written.
  private var needsComma = false

  public init() {}

  /// What was written.
  public var bytes: [UInt8] { writer.bytes }

  private mutating func separate() {
    if needsComma { writer.add(byte: UInt8(ascii: ",")) }
    needsComma = true
  }

  /// An object with what the closure writes.
  public mutating func object<Failure>(_ members: (inout JSONBuilder) throws(Failure) -> Void) throws(Failure) {
    try group(UInt8(ascii: "{"), UInt8(ascii: "}"), members)
  }

  /// An array with what the closure writes.
  public mutating func array<Failure>(_ elements: (inout JSONBuilder) throws(Failure) -> Void) throws(Failure) {
    try group(UInt8(ascii: "["), UInt8(ascii: "]"), elements)
  }

  private mutating func group<Failure>(
    _ start: UInt8, _ end: UInt8, _ body: (inout JSONBuilder) throws(Failure) -> Void
  ) throws(Failure) {
    separate()
    writer.add(byte: start)
    needsComma = false
    try body(&self)
    writer.add(byte: end)
    needsComma = true
  }

  /// The name of a member, whose value must be written next.
  public mutating func name(_ name: String) {
    separate()
    writer.write(name)
    writer.add(byte: UInt8(ascii: ":"))
    needsComma = false
  }

  public mutating func string(_ text: String) {
    separate()
    writer.write(text)
  }

  public mutating func integer(_ number: Int64) {
    separate()
    writer.write(.integer(number))
  }

  public mutating func bool(_ truth: Bool) {
    separate()
    writer.write(.bool(truth))
  }

  public mutating func null() {
    separate()
    writer.write(.null)
  }

  public mutating func value(_ value: JSONValue) {
    separate()
    writer.write(value)
  }
}
