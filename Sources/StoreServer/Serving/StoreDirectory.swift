internal import Assertions
internal import ByteText
internal import Crypto
internal import JSONValues
internal import Linux
internal import StoreState
internal import Time

/// A store's directory: `store.json`, `store.db`, `blobs/`, `keys/` and `root.assert`.
struct StoreDirectory: Sendable {
  let path: String

  private var configurationPath: String { path + "/store.json" }
  private var rootPath: String { path + "/root.assert" }

  /// What makes a store.
  struct Options {
    var id: String?
    var name: String?
    var url: String?
    var signer: String?
  }

  /// Makes a store, or goes on making one that was interrupted. Each step is whole or has not been, and the last makes
  /// the directory a store.
  ///
  /// - Returns: whether there was none.
  /// - Throws: when there is one already that is another than the options ask for.
  func make(_ options: Options, now: @escaping @Sendable () -> Timestamp) throws -> Bool {
    if let id = options.id, !NameForm.isAccountID(id) {
      throw ConfigurationError(
        "cannot make a store with the id \(QuotedText.quote(id)): an id has 2 to 28 of a-z, 0-9 and -")
    }
    try Files.makeDirectories(path, mode: 0o700)
    let lock = try FileLock.acquire(path + "/lock", timeout: .seconds(120))
    defer { withExtendedLifetime(lock) {} }
    if try Files.status(configurationPath) != nil {
      try check(try StoreConfiguration(path: configurationPath), options)
      return false
    }
    let url = try options.url.map(StoreConfiguration.address)
    let keys = StoreKeys(directory: path + "/keys", program: options.signer)
    try Files.makeDirectories(path + "/keys", mode: 0o700)
    let rootKey = try keys.makeKey(named: "root")
    let roots = try root(options, rootKey, now())
    guard let account = roots.compactMap({ $0.value as? Account }).first else {
      throw ConfigurationError("cannot use \(rootPath): it has no account")
    }
    var configuration = StoreConfiguration(
      id: account.id, name: options.name ?? account.displayName, url: url, signer: options.signer)
    configuration.limits = StoreConfiguration.Limits()
    let state = try StoreFiles.openState(path: path + "/store.db")
    _ = try StoreFiles.openBlobs(path: path + "/blobs")
    let signing = try SigningService(authorityID: account.id, roots: roots, state: state, keys: keys, now: now)
    let record = AccountRecord(
      id: account.id, username: account.username, displayName: account.displayName, email: "",
      validation: .verified, isAdmin: true, createdAt: now())
    try state.write { state in
      for assertion in roots { _ = try state.put(StoredAssertion(assertion)) }
      if try state.account(id: account.id) == nil { try state.insert(record) }
      if try !state.storeKeys().contains(where: { $0.role == .root }) {
        try state.set(
          StoreKeyRecord(id: rootKey.publicKey.id, role: .root, name: "root", createdAt: now(), revokedAt: nil))
      }
    }
    if try !state.read({ try $0.storeKeys() }).contains(where: { $0.role == .store }) {
      _ = try signing.rotate(keys, name: "store", now: now(), state: state)
    }
    try signing.signGenericModel()
    try Files.writeAtomically(Array((configuration.json.prettyText + "\n").utf8), to: configurationPath, mode: 0o600)
    return true
  }

  private func check(_ found: StoreConfiguration, _ options: Options) throws {
    for (what, wanted, has) in [
      ("id", options.id, found.id), ("name", options.name, found.name),
      ("url", try options.url.map(StoreConfiguration.address), found.url ?? ""),
      ("signer", options.signer, found.signer ?? ""),
    ] {
      guard let wanted, wanted != has else { continue }
      throw ConfigurationError(
        "cannot make a store in \(path): there is one, whose \(what) is \(QuotedText.quote(has)) and not "
          + QuotedText.quote(wanted))
    }
  }

  /// The account and key that devices trust, made when they are not there.
  private func root(_ options: Options, _ key: any SigningKey, _ now: Timestamp) throws -> [Assertion] {
    if try Files.status(rootPath) != nil {
      let roots = try self.roots()
      let id = roots.compactMap { ($0.value as? Account)?.id }.first
      if let wanted = options.id, wanted != id {
        throw ConfigurationError(
          "cannot make store \(QuotedText.quote(wanted)) in \(path): one with id \(QuotedText.quote(id ?? "")) has "
            + "been begun there")
      }
      return roots
    }
    let id = options.id ?? SecureRandom.name(32)
    let name = options.name ?? "Snap Store"
    let time = HeaderValue.text(now.wholeSeconds)
    let account = try Assertion.sign(
      .account,
      [
        "authority-id": .text(id), "account-id": .text(id), "display-name": .text(name),
        "username": .text(options.id ?? "store"), "validation": .text("verified"), "timestamp": time,
      ], with: key, at: now)
    let accountKey = try Assertion.sign(
      .accountKey,
      [
        "authority-id": .text(id), "account-id": .text(id), "name": .text("root"),
        "public-key-sha3-384": .text(key.publicKey.id), "since": time,
      ], body: key.publicKey.encoded, with: key, at: now)
    let stream = [account, accountKey].encodedStream
    try Files.writeAtomically(stream, to: rootPath, mode: 0o644)
    return [account, accountKey]
  }

  /// What devices trust.
  func roots() throws -> [Assertion] {
    do {
      return try AssertionStreamReader.decode(try Files.read(rootPath, limit: 4 << 20))
    } catch let error as AssertionError {
      throw ConfigurationError("cannot use \(rootPath): \(error)")
    }
  }

  /// The file that devices trust, and what its key is called by.
  func trust() throws -> (file: [UInt8], fingerprint: String) {
    let keys = try roots().compactMap { $0.value as? AccountKey }
    guard let key = keys.last else { throw ConfigurationError("cannot use \(rootPath): it has no key") }
    return (try Files.read(rootPath, limit: 4 << 20), key.publicKey.id)
  }

  /// Opens the store.
  ///
  /// - Throws: a sentence, when the directory is none, or something in it can't be used.
  ///
  /// - Parameter metrics: told what is asked of the database; nil for nobody.
  func open(
    metrics: Metrics? = nil, now: @escaping @Sendable () -> Timestamp = StoreContext.systemClock
  ) throws -> StoreContext {
    guard try Files.status(configurationPath) != nil else {
      throw ConfigurationError("cannot use \(path): it is no store (see \"snap-store init\")")
    }
    let configuration = try StoreConfiguration(path: configurationPath)
    let keys = StoreKeys(directory: path + "/keys", program: configuration.signer)
    let database = try StoreFiles.openState(path: path + "/store.db")
    let state: any StoreState = metrics.map { MeasuredState(state: database, metrics: $0) } ?? database
    return StoreContext(
      configuration: configuration, state: state, blobs: try StoreFiles.openBlobs(path: path + "/blobs"), keys: keys,
      signing: try SigningService(
        authorityID: configuration.id, roots: try roots(), state: state, keys: keys, now: now), now: now)
  }
}
