internal import ByteText
internal import Crypto
internal import Glibc
internal import Linux

/// Keys as files in `private-keys-v1`, named after their ids, for their owner alone. Names of keys are links beside
/// them, so that a key is there before its name. Source: `spec/assertions-and-store.md` §2.
public struct KeyFiles: NamedKeyManager {
  private let directory: String
  private var names: String { directory + "/names" }

  /// - Parameter directory: that has `private-keys-v1`; made when the first key is.
  public init(directory: String) { self.directory = directory + "/private-keys-v1" }

  /// Keeps a key.
  public func add(_ key: PrivateKey) throws {
    let path = directory + "/" + key.publicKey.id
    guard try Files.status(path) == nil else { throw KeyManagerError("key pair with given key id already exists") }
    try Files.makeDirectories(directory, mode: 0o700)
    try Files.writeAtomically(key.encoded, to: path, mode: 0o600)
  }

  public func key(id: String) throws -> any SigningKey {
    // An id is a name of a file here: only what looks like one is.
    guard let bytes = Base64.decodeFromURL(id), bytes.count == 48 else { throw KeyNotFound() }
    let path = directory + "/" + id
    guard let status = try Files.status(path) else { throw KeyNotFound() }
    guard status.mode & 0o077 == 0 else {
      throw KeyManagerError("cannot use key \(path): others than its owner have access")
    }
    let key = try PrivateKey(decoding: Files.read(path, limit: 64 << 10))
    guard key.publicKey.id == id else { throw KeyManagerError("cannot use key \(path): it has another id") }
    return key
  }

  public func list() throws -> [(name: String, id: String)] {
    guard try Files.status(names) != nil else { return [] }
    return try Files.list(names).filter { !$0.hasBytePrefix(".") }.compactMap { name in
      try id(named: name).map { (name, $0) }
    }
  }

  private func id(named name: String) throws -> String? {
    guard TextForm.name(name), try Files.status(names + "/" + name) != nil else { return nil }
    return try Files.readSymlink(names + "/" + name).bytes(after: "../").map(String.init)
  }

  public func key(named name: String) throws -> any SigningKey {
    guard let id = try id(named: name) else { throw KeyNotFound("cannot find key pair \(quoted(name))") }
    return try key(id: id)
  }

  public func generate(_ name: String) throws {
    guard TextForm.name(name) else { throw KeyManagerError("cannot use \(quoted(name)) as name of a key") }
    guard try id(named: name) == nil else { throw KeyManagerError("key named \(quoted(name)) already exists") }
    let key = try PrivateKey.generate()
    try add(key)
    try Files.makeDirectories(names, mode: 0o700)
    try Files.replaceSymlink(at: names + "/" + name, target: "../" + key.publicKey.id)
    try Files.syncDirectory(names)
  }

  public func delete(_ name: String) throws {
    guard let id = try id(named: name) else { throw KeyNotFound("cannot find key pair \(quoted(name))") }
    try Files.remove(directory + "/" + id)
    try Files.remove(names + "/" + name)
    try Files.syncDirectory(names)
  }
}
