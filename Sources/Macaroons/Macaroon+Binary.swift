internal import ByteText
internal import Crypto

extension Macaroon {
  /// Version 1 of libmacaroons: packets of four hexadecimal digits (its whole length), a name, a space, the value and
  /// a line feed. Source: `doc/format.txt` of libmacaroons, and what `pymacaroons` and Go's `macaroon.v1` write.
  ///
  /// - Throws: ``MacaroonError`` when a value is too long for a packet.
  public func binary() throws(MacaroonError) -> [UInt8] {
    var bytes: [UInt8] = []
    try Self.add("location", Array(location.utf8), to: &bytes)
    try Self.add("identifier", identifier, to: &bytes)
    for caveat in caveats {
      try Self.add("cid", caveat.identifier, to: &bytes)
      if let thirdParty = caveat.thirdParty {
        try Self.add("vid", thirdParty.verification, to: &bytes)
        try Self.add("cl", Array(thirdParty.location.utf8), to: &bytes)
      }
    }
    try Self.add("signature", signature, to: &bytes)
    return bytes
  }

  /// ``binary()`` in the Base64 of URLs, without padding.
  public func serialized() throws(MacaroonError) -> String { Base64.encodeForURL(try binary()) }

  /// Reads ``serialized()``; either alphabet of Base64, padded or not.
  public init(serialized text: some StringProtocol) throws(MacaroonError) {
    guard text.utf8.count <= MacaroonLimits.size / 3 * 4 else { throw .malformed("too large") }
    guard let bytes = Self.fromBase64(text) else { throw .malformed("not Base64") }
    try self.init(binary: bytes)
  }

  /// Reads ``binary()``.
  public init(binary bytes: [UInt8]) throws(MacaroonError) {
    guard bytes.count <= MacaroonLimits.size else { throw .malformed("too large") }
    var reader = PacketReader(bytes[...])
    let location = try reader.text("location")
    let identifier = try reader.value("identifier")
    var caveats: [Caveat] = []
    while let caveat = try reader.ifNext("cid") {
      guard caveats.count < MacaroonLimits.caveats else { throw .malformed("too many caveats") }
      var thirdParty: Caveat.ThirdParty?
      if let verification = try reader.ifNext("vid") {
        thirdParty = Caveat.ThirdParty(location: try reader.text("cl"), verification: verification)
      }
      caveats.append(Caveat(identifier: caveat, thirdParty: thirdParty))
    }
    let signature = try reader.value("signature")
    guard signature.count == Sodium.keyLength else { throw .malformed("signature is not 32 bytes") }
    guard reader.isAtEnd else { throw .malformed("something follows the signature") }
    self.init(location: location, identifier: identifier, caveats: caveats, signature: signature)
  }

  static func fromBase64(_ text: some StringProtocol) -> [UInt8]? {
    var bytes = Array(text.utf8)
    while bytes.last == UInt8(ascii: "=") { bytes.removeLast() }
    for index in bytes.indices {
      if bytes[index] == UInt8(ascii: "+") { bytes[index] = UInt8(ascii: "-") }
      if bytes[index] == UInt8(ascii: "/") { bytes[index] = UInt8(ascii: "_") }
    }
    return Base64.decodeFromURL(String(decoding: bytes, as: UTF8.self))
  }

  private static func add(_ name: StaticString, _ value: [UInt8], to bytes: inout [UInt8]) throws(MacaroonError) {
    let length = 4 + name.utf8CodeUnitCount + 1 + value.count + 1
    guard length <= 0xFFFF else { throw .malformed("\(name) is too long") }
    bytes += Array(Hexadecimal.text([UInt8(length >> 8), UInt8(length & 255)]).utf8)
    bytes += Array("\(name) ".utf8) + value + [UInt8(ascii: "\n")]
  }
}

/// Goes through packets in the one order that they have.
private struct PacketReader {
  private var rest: ArraySlice<UInt8>

  init(_ bytes: ArraySlice<UInt8>) { rest = bytes }

  var isAtEnd: Bool { rest.isEmpty }

  mutating func value(_ name: StaticString) throws(MacaroonError) -> [UInt8] {
    guard let value = try ifNext(name) else { throw .malformed("no \(name)") }
    return value
  }

  mutating func text(_ name: StaticString) throws(MacaroonError) -> String {
    guard let text = String(validating: try value(name), as: UTF8.self) else { throw .malformed("\(name) is not utf8") }
    return text
  }

  /// The next packet's value, when that is its name.
  mutating func ifNext(_ name: StaticString) throws(MacaroonError) -> [UInt8]? {
    guard !rest.isEmpty else { return nil }
    var length = 0
    for digit in rest.prefix(4) {
      switch digit {
      case UInt8(ascii: "0")...UInt8(ascii: "9"): length = length << 4 | Int(digit - UInt8(ascii: "0"))
      case UInt8(ascii: "a")...UInt8(ascii: "f"): length = length << 4 | Int(digit - UInt8(ascii: "a") + 10)
      default: throw .malformed("no length of a packet")
      }
    }
    guard rest.count >= 4, length >= 6, length <= rest.count else { throw .malformed("packet is cut off") }
    let packet = rest.prefix(length).dropFirst(4)
    guard packet.last == UInt8(ascii: "\n"), let space = packet.firstIndex(of: UInt8(ascii: " ")) else {
      throw .malformed("packet without name or end")
    }
    guard packet[..<space].elementsEqual(Array("\(name)".utf8)) else { return nil }
    rest = rest.dropFirst(length)
    return Array(packet[(space + 1)...].dropLast())
  }
}
