/// Reads OpenPGP packets (RFC 4880, 4.2). Whatever is declared is checked against what is there.
struct PacketReader {
  private let bytes: ArraySlice<UInt8>
  private var at: Int

  init(_ bytes: some Collection<UInt8>) {
    self.bytes = Array(bytes)[...]
    at = 0
  }

  var isAtEnd: Bool { at == bytes.count }
  var rest: ArraySlice<UInt8> { bytes[at...] }

  private static let short = AssertionError("unexpected EOF")

  mutating func byte() throws(AssertionError) -> UInt8 {
    guard at < bytes.count else { throw Self.short }
    at += 1
    return bytes[at - 1]
  }

  mutating func number(bytes count: Int) throws(AssertionError) -> Int {
    var number = 0
    for _ in 0..<count { number = number << 8 | Int(try byte()) }
    return number
  }

  mutating func take(_ count: Int) throws(AssertionError) -> ArraySlice<UInt8> {
    guard count >= 0, count <= bytes.count - at else { throw Self.short }
    at += count
    return bytes[(at - count)..<at]
  }

  /// A number of any size: its bits in two bytes, then the number.
  mutating func mpi() throws(AssertionError) -> [UInt8] {
    let bits = try number(bytes: 2)
    return Array(try take((bits + 7) / 8))
  }

  /// One packet with its tag. Lengths that are not known beforehand are refused: keys and signatures have none.
  mutating func packet() throws(AssertionError) -> (tag: Int, body: ArraySlice<UInt8>) {
    let head = try byte()
    guard head & 0x80 != 0 else { throw AssertionError("openpgp: invalid data: tag byte does not have MSB set") }
    if head & 0x40 != 0 { return (Int(head & 0x3F), try take(newLength())) }
    let kind = Int(head & 3)
    guard kind < 3 else { throw AssertionError("openpgp: unsupported feature: packet of unknown length") }
    let length = try number(bytes: 1 << kind)
    return (Int(head >> 2 & 0xF), try take(length))
  }

  /// The length of a subpacket, or of a packet in the new form.
  ///
  /// - Parameter allowsPartial: what means a part in a packet is a length like others in a subpacket.
  mutating func newLength(allowsPartial: Bool = false) throws(AssertionError) -> Int {
    let first = Int(try byte())
    switch first {
    case ..<192: return first
    case 255: return try number(bytes: 4)
    case _ where first < 224 || allowsPartial: return (first - 192) << 8 + Int(try byte()) + 192
    default: throw AssertionError("openpgp: unsupported feature: packet of partial length")
    }
  }
}

/// Writes OpenPGP packets in the new form (RFC 4880, 4.2.2).
enum PacketWriter {
  static func packet(_ tag: UInt8, _ body: [UInt8]) -> [UInt8] { [0xC0 | tag] + length(body.count) + body }

  private static func length(_ length: Int) -> [UInt8] {
    if length < 192 { return [UInt8(length)] }
    if length < 8384 { return [UInt8((length - 192) >> 8 + 192), UInt8((length - 192) & 0xFF)] }
    return [0xFF] + number(length, bytes: 4)
  }

  static func number(_ number: Int, bytes: Int) -> [UInt8] {
    (0..<bytes).reversed().map { UInt8(truncatingIfNeeded: number >> ($0 * 8)) }
  }

  static func mpi(_ number: [UInt8]) -> [UInt8] {
    let number = number.drop { $0 == 0 }
    let bits = number.count * 8 - (number.first?.leadingZeroBitCount ?? 0)
    return Self.number(bits, bytes: 2) + number
  }
}
