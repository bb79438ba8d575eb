import Crypto
import Glibc
import Linux
import TestSupport
import Testing
import Time

@testable import Assertions

@Suite struct KeyTests {
  /// The bytes of `spec/assertions-and-store.md` §2.
  @Test func packets() throws {
    let modulus = [UInt8](repeating: 0xC1, count: 511) + [0xFF]
    let key = PublicKey(try RSAPublicKey(modulus: modulus, exponent: [1, 0, 1]))
    let bytes =
      [0x01, 0xC6, 0xC1, 0x4D, 0x04, 0x56, 0x85, 0xC1, 0x80, 0x01, 0x10, 0x00] + modulus + [0, 0x11, 1, 0, 1]
    let text = Base64.encode(bytes)
    #expect(key.encoded.filter { $0 != 10 } == text)
    #expect(key.encoded.starts(with: Array("AcbBTQRWhcGA".utf8)))
    #expect(key.encoded.split(separator: 10).dropLast().allSatisfy { $0.count == 76 })
    #expect(key.encoded.last != 10)
    #expect(key.id == Base64.encodeForURL(Digest.of(bytes, .sha3_384)))
    #expect(key.id.utf8.count == 64)
    #expect(try PublicKey(decoding: key.encoded) == key)
    #expect(try PublicKey(decoding: Array((String(decoding: key.encoded, as: UTF8.self) + "\n").utf8)) == key)
    for (at, value, message) in [
      (0, 2, "unsupported public key format version: 2"), (1, 0xC2, "unexpected packet"), (4, 3, "version"),
      (8, 0x81, "does not have the expected creation timestamp"), (9, 17, "expected RSA public key"),
      (10, 0xFF, "unexpected EOF"), (2, 0xFF, "EOF"), (1, 0x46, "MSB"), (516, 0, "modulus"),
    ] as [(Int, UInt8, String)] {
      var damaged = bytes
      if at == 516 { damaged[12 + 511] = 0xFE } else { damaged[at] = value }
      let error = #expect(throws: AssertionError.self) { try PublicKey(decoding: Base64.encode(damaged)) }
      let said = error?.description ?? ""
      #expect(said.contains(message), "\(at): \(said)")
    }
    for bad in [[], Array("!".utf8), Base64.encode(bytes + [0]), Base64.encode(bytes.dropLast())] as [[UInt8]] {
      #expect(throws: AssertionError.self) { try PublicKey(decoding: bad) }
    }
  }

  @Test func signatures() throws {
    let samples = try Samples.shared
    let key = samples.rootKey
    let content = Array("content".utf8)
    let packet = try key.signaturePacket(content, time: 0x5A5A_5A5A)
    // Two bytes of length for a key of 2048 bits, too.
    let body = packet.drop { $0 != 4 }
    #expect(packet.first == 0xC2)
    #expect(
      Array(body.prefix(24))
        == [4, 0, 1, 10, 0, 6, 5, 2, 0x5A, 0x5A, 0x5A, 0x5A, 0, 10, 9, 16] + key.publicKey.issuer)
    let text = try key.signature(content, time: 1)
    #expect(text.last == 10)
    try key.publicKey.verify(content, signature: text)
    #expect(throws: AssertionError.self) { try samples.brandKey.publicKey.verify(content, signature: text) }
    #expect(throws: AssertionError.self) { try key.publicKey.verify(content + [0], signature: text) }
    let bytes = try #require(Base64.decode(text.filter { $0 != 10 }))
    // The issuer is nobody's business; all else is signed or part of the packet's form.
    let issuer = try #require(bytes.firstRange(of: key.publicKey.issuer))
    for at in bytes.indices {
      var damaged = bytes
      damaged[at] ^= 1
      let isGood = (try? key.publicKey.verify(content, signature: Base64.encode(damaged))) != nil
      // Two bits of a number's length mean nothing; the kind of the subpacket with the issuer does not matter.
      if issuer.contains(at) {
        #expect(isGood)
      } else if isGood {
        #expect([issuer.lowerBound - 1, issuer.upperBound + 3].contains(at), "\(at)")
      }
    }
    #expect(throws: AssertionError.self) { try key.publicKey.verify(content, signature: Base64.encode(bytes + [0])) }
    #expect(throws: AssertionError.self) { try key.publicKey.verify(content, signature: []) }
  }

  @Test func files() throws {
    let directory = try TemporaryDirectory()
    defer { try? directory.remove() }
    let files = KeyFiles(directory: directory.path)
    #expect(try files.list().isEmpty)
    let key = try Samples.shared.brandKey
    try files.add(key)
    let path = directory.path + "/private-keys-v1/" + key.publicKey.id
    #expect(try Files.status(path)?.mode == 0o600)
    let again = try files.key(id: key.publicKey.id)
    let signature = try again.signature([1, 2, 3], time: 5)
    try key.publicKey.verify([1, 2, 3], signature: signature)
    #expect(throws: KeyNotFound.self) { try files.key(id: "../" + key.publicKey.id) }
    #expect(throws: KeyNotFound.self) { try files.key(id: Samples.digest) }
    #expect(throws: KeyNotFound.self) { try files.key(named: "x") }
    #expect(throws: KeyManagerError.self) { try files.add(key) }
    try files.generate("default")
    #expect(try files.list().map(\.name) == ["default"])
    #expect(try files.key(named: "default").publicKey.rsa.bitLength == 4096)
    #expect(throws: KeyManagerError.self) { try files.generate("default") }
    #expect(throws: KeyManagerError.self) { try files.generate("../x") }
    try files.delete("default")
    #expect(try files.list().isEmpty)
    #expect(throws: KeyNotFound.self) { try files.delete("default") }
    try Files.setMode(path, 0o644)
    #expect(throws: KeyManagerError.self) { try files.key(id: key.publicKey.id) }
    var damaged = try #require(Base64.decode(key.encoded.filter { $0 != 10 }))
    damaged[400] ^= 1
    #expect(throws: AssertionError.self) { try PrivateKey(decoding: Base64.encode(damaged)) }
  }

  @Test(.enabled(if: access("/usr/bin/gpg", X_OK) == 0)) func gnuPG() throws {
    let directory = try TemporaryDirectory()
    defer {
      // The agent ends when its home is gone.
      _ = try? ChildProcess.run(["/usr/bin/gpgconf", "--homedir", directory.path, "--kill", "gpg-agent"])
      try? directory.remove()
    }
    try Files.setMode(directory.path, 0o700)
    let environment = ["PATH": "/usr/bin:/bin", "HOME": directory.path]
    let keys = try GPGKeys(program: "/usr/bin/gpg", home: directory.path, environment: environment)
    #expect(try keys.list().isEmpty)
    let made = try ChildProcess.run(
      [
        "/usr/bin/gpg", "--homedir", directory.path, "--batch", "--passphrase", "", "--quick-gen-key", "default",
        "rsa4096",
        "sign", "never",
      ], environment: environment, timeout: .seconds(120))
    #expect(made.status == .exited(0), "\(String(decoding: made.errorOutput, as: UTF8.self))")
    let key = try keys.key(named: "default")
    #expect(try keys.list().map(\.name) == ["default"])
    #expect(try keys.key(id: key.publicKey.id).publicKey == key.publicKey)
    // The packet is GnuPG's: another issuer, more subpackets.
    let samples = try Samples.shared
    let assertion = try Assertion.sign(
      .accountKeyRequest,
      [
        "account-id": "brand", "name": "default", "public-key-sha3-384": .text(key.publicKey.id),
        "since": "2026-01-01T00:00:00Z",
      ],
      body: key.publicKey.encoded, with: key, at: samples.now)
    try assertion.verify(with: key.publicKey)
    #expect(throws: KeyNotFound.self) { try keys.key(named: "other") }
    try keys.delete("default")
    #expect(try keys.list().isEmpty)
  }

  @Test(.enabled(if: access("/usr/bin/openssl", X_OK) == 0)) func externalProgram() throws {
    let directory = try TemporaryDirectory()
    defer { try? directory.remove() }
    let program = directory.path + "/keymgr"
    let script = """
      #!/bin/sh
      set -e
      cd "${0%/*}"
      case $1 in
        features) echo '{"signing":["RSA-PKCS"],"public-keys":["DER"]}' ;;
        key-names) echo '{"key-names":["default","small"]}' ;;
        get-public-key) [ "$2$3$4" = -fDER-k ] || exit 3; [ -e "$5.pem" ] || { echo "no key $5" >&2; exit 1; }
          openssl pkey -in "$5.pem" -pubout -outform DER ;;
        sign) [ "$2$3$4" = -mRSA-PKCS-k ] || exit 3; openssl rsautl -sign -inkey "$5.pem" ;;
        *) exit 2 ;;
      esac
      """
    try Files.writeAtomically(Array(script.utf8), to: program, mode: 0o755)
    for (name, bits) in [("default", "4096"), ("small", "2048")] {
      let made = try ChildProcess.run(
        ["/usr/bin/openssl", "genrsa", "-out", "\(directory.path)/\(name).pem", bits], timeout: .seconds(120))
      #expect(made.status == .exited(0))
    }
    let keys = try ExternalKeys(program: program, environment: ["PATH": "/usr/bin:/bin"])
    #expect(try keys.list().map(\.name) == ["default", "small"])
    let key = try keys.key(named: "default")
    try key.publicKey.verify([1, 2], signature: key.signature([1, 2], time: 3))
    #expect(try keys.key(id: key.publicKey.id).publicKey == key.publicKey)
    #expect(throws: KeyManagerError.self) { try keys.key(named: "small").signature([1], time: 1) }
    #expect(throws: KeyNotFound.self) { try keys.key(named: "other") }
    #expect(throws: KeyManagerError.self) { try keys.generate("x") }
    #expect(throws: (any Error).self) { try ExternalKeys(program: "/bin/true", environment: [:]) }
  }
}
