internal import ByteText
internal import Crypto
internal import JSONValues
internal import Linux

/// Keys that another program keeps (`SNAPD_EXT_KEYMGR`): a card, a service. The program is asked by arguments, answers
/// on standard output, and signs what it gets on standard input. Source: `spec/assertions-and-store.md` §2.
public struct ExternalKeys: NamedKeyManager {
  private let program: String
  private let environment: [String: String]

  /// - Parameters:
  ///   - program: absolute path.
  ///   - environment: all that it gets.
  /// - Throws: ``KeyManagerError`` when the program can't do what signing needs.
  public init(program: String, environment: [String: String]) throws {
    self.program = program
    self.environment = environment
    let answer = try CanonicalJSON.parse(run(["features"]))
    guard answer["signing"]?.strings?.contains("RSA-PKCS") == true else {
      throw KeyManagerError("external keypair manager \(quoted(program)) missing support for RSA-PKCS signing")
    }
    guard answer["public-keys"]?.strings?.contains("DER") == true else {
      throw KeyManagerError(
        "external keypair manager \(quoted(program)) missing support for public key DER output format")
    }
  }

  private func run(_ arguments: [String], stdin: [UInt8] = []) throws -> [UInt8] {
    let result = try ChildProcess.run(
      [program] + arguments, environment: environment, stdin: stdin, captureLimit: 1 << 20, timeout: .seconds(300))
    guard case .exited(0) = result.status, !result.truncated else {
      let said = String(decoding: result.errorOutput.prefix(2048), as: UTF8.self)
      throw KeyManagerError(
        "external keypair manager \(quoted(program)) \(arguments) failed: \(result.status) (\(quoted(said)))")
    }
    return result.output
  }

  private func names() throws -> [String] {
    guard let names = try CanonicalJSON.parse(run(["key-names"]))["key-names"]?.strings else {
      throw KeyManagerError("cannot get all external keypair manager key names: no list of names")
    }
    return names
  }

  public func list() throws -> [(name: String, id: String)] {
    try names().map { (name: $0, id: try key(named: $0).publicKey.id) }.sorted { $0.name < $1.name }
  }

  public func key(named name: String) throws -> any SigningKey {
    let bytes: [UInt8]
    do { bytes = try run(["get-public-key", "-f", "DER", "-k", name]) } catch {
      throw KeyNotFound("cannot find external key pair: \(error)")
    }
    do {
      return ExternalKey(publicKey: PublicKey(try RSAPublicKey(pkix: bytes)), name: name, keys: self)
    } catch {
      throw KeyManagerError("cannot decode external key \(quoted(name)): \(error)")
    }
  }

  public func key(id: String) throws -> any SigningKey {
    for name in try names() {
      let key = try key(named: name)
      if key.publicKey.id == id { return key }
    }
    throw KeyNotFound("cannot find external key pair with id \(quoted(id))")
  }

  public func generate(_ name: String) throws {
    throw KeyManagerError(
      "cannot create key via external keypair manager, use the appropriate external procedure to create a 4096-bits "
        + "RSA key under the name/label \(quoted(name))")
  }

  public func delete(_ name: String) throws {
    throw KeyManagerError(
      "cannot delete external keypair manager key via snap command, use the appropriate external procedure")
  }

  private struct ExternalKey: SigningKey {
    let publicKey: PublicKey
    let name: String
    let keys: ExternalKeys

    /// What stands before a SHA-512 digest in a signature (RFC 8017, 9.2, note 1): the program pads and signs.
    private static let prefix: [UInt8] = [
      0x30, 0x51, 0x30, 0x0D, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x03, 0x05, 0x00, 0x04, 0x40,
    ]

    func signaturePacket(_ content: [UInt8], time: Int64) throws -> [UInt8] {
      try ForeignKey.check(publicKey)
      let packet = try SignaturePacket.make(content, time: time, issuer: publicKey.issuer) { digest in
        try keys.run(["sign", "-m", "RSA-PKCS", "-k", name], stdin: Self.prefix + digest)
      }
      return try ForeignKey.check(packet, publicKey, content, by: "external keypair manager")
    }
  }
}

/// What keys in other hands have to keep to. Source: `spec/assertions-and-store.md` §2.
enum ForeignKey {
  static func check(_ key: PublicKey) throws {
    guard key.rsa.bitLength >= 4096 else {
      throw KeyManagerError("signing needs at least a 4096 bits key, got \(key.rsa.bitLength)")
    }
  }

  /// - Returns: the packet, when it is a good signature.
  static func check(_ packet: [UInt8], _ key: PublicKey, _ content: [UInt8], by who: String) throws -> [UInt8] {
    do {
      let signature = try SignaturePacket(packet: packet)
      guard signature.algorithm == .sha512 else { throw AssertionError("expected SHA512 digest") }
      do { try key.verify(content, signature) } catch { throw AssertionError("it does not verify: \(error)") }
    } catch { throw KeyManagerError("bad \(who) produced signature: \(error)") }
    return packet
  }
}
