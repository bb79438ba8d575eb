internal import ByteText
internal import Crypto
internal import Glibc
internal import Linux

/// Keys that GnuPG keeps, in a home of their own. GnuPG asks for passphrases itself. Source:
/// `spec/assertions-and-store.md` §2.
public struct GPGKeys: NamedKeyManager {
  private let program: String
  private let home: String
  private let environment: [String: String]

  /// - Parameters:
  ///   - program: `gpg`, absolute.
  ///   - home: `~/.snap/gnupg`; made, for its owner alone.
  ///   - environment: all that it gets; `GPG_TTY` and the like let it ask.
  public init(program: String, home: String, environment: [String: String]) throws {
    self.program = program
    self.home = home
    self.environment = environment
    try Files.makeDirectories(home, mode: 0o700)
  }

  private func gpg(_ arguments: [String], stdin: [UInt8] = []) throws -> [UInt8] {
    let result = try ChildProcess.run(
      [program, "--homedir", home, "-q", "--no-auto-check-trustdb"] + arguments, environment: environment,
      stdin: stdin, captureLimit: 8 << 20, timeout: .seconds(600))
    guard case .exited(0) = result.status, !result.truncated else {
      let said = String(decoding: result.errorOutput.prefix(4096), as: UTF8.self)
      throw KeyManagerError(
        "cannot run \(program) \(arguments.joined(separator: " ")): \(said.isEmpty ? "\(result.status)" : said)")
    }
    return result.output
  }

  /// A secret key of GnuPG's list.
  private struct Entry {
    var fingerprint: String
    var userID: String

    /// GnuPG calls a key by a person; here that is the key's name, which others wrote as a comment.
    var name: String {
      guard userID.hasBytePrefix("("), userID.hasByteSuffix(")") else { return userID }
      return String(userID.dropFirst().dropLast())
    }
  }

  private func entries() throws -> [Entry] {
    let list = String(
      decoding: try gpg(["--batch", "--list-secret-keys", "--fingerprint", "--with-colons", "--fixed-list-mode"]),
      as: UTF8.self)
    var entries: [Entry] = []
    var isRSA = false
    for line in list.byteSplit("\n") {
      let fields = line.byteSplit(":", keepingEmpty: true).map(String.init)
      guard fields.count >= 10 else { continue }
      switch fields[0] {
      case "sec":
        isRSA = fields[3] == "1"
        if isRSA { entries.append(Entry(fingerprint: "", userID: "")) }
      case "fpr" where isRSA && entries.last?.fingerprint.isEmpty == true:
        entries[entries.count - 1].fingerprint = fields[9]
      case "uid" where isRSA && entries.last?.userID.isEmpty == true: entries[entries.count - 1].userID = fields[9]
      case "ssb": isRSA = false
      default: break
      }
    }
    return entries.filter { !$0.fingerprint.isEmpty && !$0.userID.isEmpty }
  }

  private func key(_ entry: Entry) throws -> GPGKey {
    let exported = try gpg([
      "--batch", "--export", "--export-options", "export-minimal,export-clean,no-export-attributes",
      "0x" + entry.fingerprint,
    ])
    do {
      var packets = PacketReader(exported)
      let packet = try packets.packet()
      guard packet.tag == 6 else { throw AssertionError("expected a public key") }
      var reader = PacketReader(packet.body)
      return GPGKey(publicKey: try PublicKey(&reader, anyTime: true), fingerprint: entry.fingerprint, keys: self)
    } catch {
      throw KeyManagerError("cannot use public key \(entry.fingerprint) of GnuPG: \(error)")
    }
  }

  public func list() throws -> [(name: String, id: String)] {
    try entries().map { (name: $0.name, id: try key($0).publicKey.id) }.sorted { $0.name < $1.name }
  }

  private func entry(_ name: String) throws -> Entry {
    guard let entry = try entries().first(where: { $0.name.hasSameBytes(as: name) }) else {
      throw KeyNotFound("cannot find key pair in GPG keyring")
    }
    return entry
  }

  public func key(named name: String) throws -> any SigningKey { try key(entry(name)) }

  public func key(id: String) throws -> any SigningKey {
    for entry in try entries() {
      let key = try key(entry)
      if key.publicKey.id == id { return key }
    }
    throw KeyNotFound("cannot find key \(quoted(id)) in GPG keyring")
  }

  public func generate(_ name: String) throws {
    guard TextForm.name(name) else { throw KeyManagerError("cannot use \(quoted(name)) as name of a key") }
    guard try !entries().contains(where: { $0.name.hasSameBytes(as: name) }) else {
      throw KeyManagerError("key named \(quoted(name)) already exists in GPG keyring")
    }
    // Without a passphrase in these lines GnuPG asks for one, where it can.
    let parameters = """
      Key-Type: RSA
      Key-Length: 4096
      Name-Real: \(name)
      Creation-Date: seconds=\(PublicKey.fixedTime)
      Preferences: SHA512

      """
    _ = try gpg(["--batch", "--gen-key"], stdin: Array(parameters.utf8))
  }

  public func delete(_ name: String) throws {
    _ = try gpg(["--batch", "--yes", "--delete-secret-and-public-key", entry(name).fingerprint])
  }

  private struct GPGKey: SigningKey {
    let publicKey: PublicKey
    let fingerprint: String
    let keys: GPGKeys

    func signaturePacket(_ content: [UInt8], time: Int64) throws -> [UInt8] {
      try ForeignKey.check(publicKey)
      let packet = try keys.gpg(
        ["--personal-digest-preferences", "SHA512", "--default-key", "0x" + fingerprint, "--detach-sign"],
        stdin: content)
      return try ForeignKey.check(packet, publicKey, content, by: "GPG")
    }
  }
}
