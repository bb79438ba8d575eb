import Crypto
import Testing

@Suite struct CryptoTests {
  @Test(arguments: [
    (DigestAlgorithm.sha1, "qZk-NkcGgWq6PiVxeFDCbJzQ2J0"),
    (.sha256, "ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0"),
    (.sha512, "3a81oZNherrMQXNJriBBMRLm-k6JqX6iCp7u5ktV05ohkpkqJ0_BqDa6PCOj_uu9RU1EI2Q86A4qmslPpUyknw"),
    (.sha3_384, "7AFJgohRb8kmRZ9Y4satjfm0c8sPwIwlltp88OSb5LKY2IzqknrH9Tnx7fIoN20l"),
  ])
  func digests(algorithm: DigestAlgorithm, expected: String) {
    // FIPS 180-4 and FIPS 202: the digest of "abc".
    #expect(Base64.encodeForURL(Digest.of(Array("abc".utf8), algorithm)) == expected)
    var stream = Digest(algorithm)
    stream.update(Array("a".utf8))
    stream.update([] as [UInt8])
    stream.update(Array("bc".utf8)[...])
    #expect(stream.finish() == Digest.of(Array("abc".utf8), algorithm))
    #expect(Digest.of([], algorithm).count == algorithm.length)
  }

  @Test func base64() {
    for (plain, text) in [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg==")] {
      #expect(Base64.encode(Array(plain.utf8)) == Array(text.utf8))
      #expect(Base64.decode(Array(text.utf8)) == Array(plain.utf8))
    }
    for wrong in ["Z", "Zg", "Zg=", "Zh==", "Zm9=", "Zg==Zg==", "Z===", "====", "Zm9v\n", "Zm9-"] {
      #expect(Base64.decode(Array(wrong.utf8)) == nil, "\(wrong)")
    }
    for (text, plain) in [("Zh==", "f"), ("Zm9=", "fo"), ("Zm8=", "fo"), ("Zm9v", "foo")] {
      #expect(Base64.decode(Array(text.utf8), acceptsStrayBits: true) == Array(plain.utf8))
    }
    for wrong in ["Zg", "Zg=", "Z===", "=A=="] {
      #expect(Base64.decode(Array(wrong.utf8), acceptsStrayBits: true) == nil, "\(wrong)")
    }
    #expect(Base64.encodeForURL([0xFB, 0xFF]) == "-_8")
    #expect(Base64.decodeFromURL("-_8") == [0xFB, 0xFF])
    #expect(Base64.decodeFromURL("-_9") == nil)
    #expect(Base64.decodeFromURL("+/8") == nil)
    for length in 0..<70 {
      let bytes = (0..<length).map { UInt8(truncatingIfNeeded: $0 &* 37) }
      #expect(Base64.decode(Base64.encode(bytes)) == bytes)
      #expect(Base64.decodeFromURL(Base64.encodeForURL(bytes)) == bytes)
    }
  }

  @Test func keys() throws {
    let key = try RSAPrivateKey.generate(bits: 2048)
    #expect(key.publicKey.bitLength == 2048)
    #expect(key.publicKey.exponent == [1, 0, 1])
    let again = try RSAPrivateKey(publicKey: key.publicKey, key.numbers)
    for algorithm in [DigestAlgorithm.sha256, .sha512] {
      let digest = Digest.of(Array("content".utf8), algorithm)
      let signature = try again.sign(digest: digest, algorithm)
      #expect(key.publicKey.verify(signature, digest: digest, algorithm))
      var damaged = signature
      damaged[100] ^= 1
      #expect(!key.publicKey.verify(damaged, digest: digest, algorithm))
      #expect(!key.publicKey.verify([0] + signature, digest: digest, algorithm))
      #expect(!key.publicKey.verify([], digest: digest, algorithm))
    }
    var numbers = key.numbers
    numbers.p[5] ^= 1
    #expect(throws: KeyError.self) { try RSAPrivateKey(publicKey: key.publicKey, numbers) }
    #expect(throws: KeyError.self) { try RSAPublicKey(modulus: [1, 2, 3], exponent: [1, 0, 1]) }
    #expect(throws: KeyError.self) { try RSAPublicKey(modulus: key.publicKey.modulus, exponent: []) }
    #expect(throws: KeyError.self) { try RSAPublicKey(modulus: key.publicKey.modulus, exponent: [2]) }
    #expect(throws: KeyError.self) { try RSAPublicKey(modulus: [UInt8](repeating: 255, count: 3000), exponent: [3]) }
    #expect(throws: KeyError.self) { try RSAPublicKey(pkix: [1, 2, 3]) }
    #expect(throws: KeyError.self) { try RSAPrivateKey.generate(bits: 100) }
  }
}
