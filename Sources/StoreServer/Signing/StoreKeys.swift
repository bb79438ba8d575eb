internal import Assertions
internal import Synchronization

/// Where the secrets of the store's keys are: in files of the store's directory, or with a program of the administrator
/// (a card, a service) that signs when it is asked. Source: `spec/assertions-and-store.md` §2.
final class StoreKeys: Sendable {
  private let files: KeyFiles
  private let program: String?
  /// Keys that were used already. A key never changes, so other processes do not matter.
  private let known = Mutex<[String: any SigningKey]>([:])

  /// - Parameters:
  ///   - directory: of the files, for its owner alone.
  ///   - program: asked for keys that no file has; nil without one.
  init(directory: String, program: String?) {
    files = KeyFiles(directory: directory)
    self.program = program
  }

  /// - Throws: `KeyNotFound`, or what the program says.
  func key(id: String) throws -> any SigningKey {
    if let key = known.withLock({ $0[id] }) { return key }
    let key: any SigningKey
    do { key = try files.key(id: id) } catch let missing as KeyNotFound {
      guard let program else { throw missing }
      key = try external(program).key(id: id)
    }
    known.withLock { $0[id] = key }
    return key
  }

  /// The key of a name: the program's, when it has one of the name; else one in a file, made if there is none.
  ///
  /// - Throws: what is wrong with the program. No key gets into a file because it is away.
  func makeKey(named name: String) throws -> any SigningKey {
    if let program {
      let keys = try external(program)
      if try keys.list().contains(where: { $0.name == name }) { return try keys.key(named: name) }
    }
    do { return try files.key(named: name) } catch is KeyNotFound {}
    while true {
      try files.generate(name)
      let key = try files.key(named: name)
      // People type ids behind options: one that looks like an option is a nuisance for as long as the store lives.
      if key.publicKey.id.utf8.first != UInt8(ascii: "-") { return key }
      try files.delete(name)
    }
  }

  /// Names of all keys in files.
  func names() throws -> [String: String] {
    Dictionary(try files.list().map { ($0.id, $0.name) }, uniquingKeysWith: { first, _ in first })
  }

  private func external(_ program: String) throws -> ExternalKeys {
    try ExternalKeys(program: program, environment: ["PATH": "/usr/sbin:/usr/bin:/sbin:/bin"])
  }
}
