internal import Crypto

/// How keys and signatures are written: a version byte and an OpenPGP packet, in Base64, in lines of 76 characters.
/// Source: `spec/assertions-and-store.md` §2.
enum Envelope {
  private static let version: UInt8 = 1

  static func encode(_ packets: [UInt8]) -> [UInt8] {
    let text = Base64.encode([version] + packets)
    var lines: [UInt8] = []
    lines.reserveCapacity(text.count + text.count / 76 + 1)
    for start in stride(from: 0, to: text.count, by: 76) {
      if start > 0 { lines.append(UInt8(ascii: "\n")) }
      lines += text[start..<min(start + 76, text.count)]
    }
    return lines
  }

  /// - Parameter what: what messages call it, `public key`, `signature`.
  /// - Throws: ``AssertionError`` when it is not Base64, has another version, or not one packet with one of the tags.
  static func decode(
    _ text: [UInt8], tags: Set<Int>, what: String
  ) throws(AssertionError) -> (tag: Int, body: ArraySlice<UInt8>) {
    guard !text.isEmpty else { throw AssertionError("cannot decode \(what): no data") }
    // Go's decoder passes over the ends of lines, wherever they are.
    guard let bytes = Base64.decode(text.filter { $0 != UInt8(ascii: "\n") && $0 != UInt8(ascii: "\r") }) else {
      throw AssertionError("cannot decode \(what): illegal base64 data")
    }
    guard let first = bytes.first else { throw AssertionError("cannot decode \(what): base64 without data") }
    guard first == version else {
      throw AssertionError("cannot decode \(what): unsupported \(what) format version: \(first)")
    }
    return try packet(bytes.dropFirst(), tags: tags, what: what)
  }

  /// One packet and nothing behind it.
  static func packet(
    _ bytes: ArraySlice<UInt8>, tags: Set<Int>, what: String
  ) throws(AssertionError) -> (tag: Int, body: ArraySlice<UInt8>) {
    var reader = PacketReader(bytes)
    let packet: (tag: Int, body: ArraySlice<UInt8>)
    do { packet = try reader.packet() } catch { throw AssertionError("cannot decode \(what): \(error)") }
    guard tags.contains(packet.tag) else {
      throw AssertionError("cannot decode \(what): unexpected packet of tag \(packet.tag)")
    }
    guard reader.isAtEnd else { throw AssertionError("cannot decode \(what): unexpected trailing data") }
    return packet
  }
}
