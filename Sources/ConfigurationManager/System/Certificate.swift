internal import ByteText
internal import CCrypto
internal import Crypto

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
        // As Go reads PEM: bits that are left over may be any.
        guard let body, !body.isEmpty, let bytes = Base64.decode(body, acceptsStrayBits: true),
          Self.isCertificate(bytes)
        else { return nil }
        self.bytes = bytes
        return
      } else if body != nil {
        body? += trimmed.utf8
      }
    }
    return nil
  }

  /// SHA-256 of it, in hexadecimal.
  var fingerprint: String { Hexadecimal.text(Digest.of(bytes, .sha256)) }

  private static func trimmed(_ line: Substring) -> Substring {
    let isBlank = { (byte: UInt8) in byte == 0x20 || byte == 0x09 || byte == 0x0d }
    var bytes = line.utf8.drop(while: isBlank)
    while let last = bytes.last, isBlank(last) { bytes = bytes.dropLast() }
    return Substring(bytes)
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
