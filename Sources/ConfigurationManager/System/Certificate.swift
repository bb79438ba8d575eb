internal import ByteText
internal import CCrypto

/// An X.509 certificate, as far as it has to be known here: that it is one, and its fingerprint.
struct Certificate: Equatable {
  /// DER.
  let bytes: [UInt8]

  /// Reads the first certificate of a PEM text (RFC 7468); nil when there is none.
  init?(pem text: String) {
    guard text.utf8.count <= 1 << 20 else { return nil }
    var body: [UInt8]?
    for line in text.byteSplit("\n") {
      let trimmed = Self.trimmed(line)
      if trimmed.hasSameBytes(as: "-----BEGIN CERTIFICATE-----") {
        body = []
      } else if trimmed.hasSameBytes(as: "-----END CERTIFICATE-----") {
        guard let body, let bytes = Self.base64(body), Self.isCertificate(bytes) else { return nil }
        self.bytes = bytes
        return
      } else if body != nil {
        body? += trimmed.utf8
      }
    }
    return nil
  }

  /// SHA-256 of it, in hexadecimal.
  var fingerprint: String {
    var digest = [UInt8](repeating: 0, count: 64)
    var length: UInt32 = 0
    guard EVP_Digest(bytes, bytes.count, &digest, &length, EVP_sha256(), nil) == 1 else { return "" }
    let digits = Array("0123456789abcdef".utf8)
    return String(
      decoding: digest.prefix(Int(length)).flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
  }

  private static func trimmed(_ line: Substring) -> Substring {
    let isBlank = { (byte: UInt8) in byte == 0x20 || byte == 0x09 || byte == 0x0d }
    var bytes = line.utf8.drop(while: isBlank)
    while let last = bytes.last, isBlank(last) { bytes = bytes.dropLast() }
    return Substring(bytes)
  }

  private static func base64(_ text: [UInt8]) -> [UInt8]? {
    guard !text.isEmpty, text.count % 4 == 0 else { return nil }
    var result: [UInt8] = []
    var buffer: UInt32 = 0
    var bits = 0
    let padding = text.suffix(2).count { $0 == UInt8(ascii: "=") }
    for byte in text.dropLast(padding) {
      let value: UInt8
      switch byte {
      case UInt8(ascii: "A")...UInt8(ascii: "Z"): value = byte - 65
      case UInt8(ascii: "a")...UInt8(ascii: "z"): value = byte - 71
      case UInt8(ascii: "0")...UInt8(ascii: "9"): value = byte + 4
      case UInt8(ascii: "+"): value = 62
      case UInt8(ascii: "/"): value = 63
      default: return nil
      }
      buffer = buffer << 6 | UInt32(value)
      bits += 6
      if bits >= 8 {
        bits -= 8
        result.append(UInt8(truncatingIfNeeded: buffer >> UInt32(bits)))
      }
    }
    return result
  }

  /// Whether the library takes the whole of it for one certificate.
  private static func isCertificate(_ bytes: [UInt8]) -> Bool {
    bytes.withUnsafeBufferPointer { buffer in
      var position = buffer.baseAddress
      guard let certificate = d2i_X509(nil, &position, buffer.count) else { return false }
      X509_free(certificate)
      return position == buffer.baseAddress.map { $0 + buffer.count }
    }
  }
}
