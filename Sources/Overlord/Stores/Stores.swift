public import Assertions
public import AssertionManager
public import Snap
public import StoreDirectory
public import StoreProtocol
internal import Synchronization

/// All stores that are set up, as one: what people ask of stores that is no change of snaps.
///
/// Stores are asked in their order, and the first that knows a snap answers for it: only "there is none" goes on to the
/// next, any other trouble ends the question, so that a store that is down does not make another one answer for it.
/// Searching asks all.
public final class Stores: Sendable {
  public let directory: StoreDirectory
  private let assertions: AssertionManager
  private let connect: @Sendable (StoreEntry) throws -> any RemoteStore
  private let connected = Mutex<[StoreEntry: any RemoteStore]>([:])

  /// - Parameter connect: makes the client of a store; nothing is sent before it is asked something.
  public init(
    directory: StoreDirectory, assertions: AssertionManager,
    connect: @escaping @Sendable (StoreEntry) throws -> any RemoteStore
  ) {
    (self.directory, self.assertions, self.connect) = (directory, assertions, connect)
  }

  /// The stores in their order.
  ///
  /// - Parameter what: what they are wanted for, `search`.
  private func all(for what: String) throws -> [any RemoteStore] {
    let entries = directory.entries
    guard !entries.isEmpty else { throw RemoteStoreError.noStore(what) }
    return try entries.map { try remote($0) }
  }

  private func remote(_ entry: StoreEntry) throws -> any RemoteStore {
    if let remote = connected.withLock({ $0[entry] }) { return remote }
    let fresh = try connect(entry)
    return connected.withLock { connected in
      if let other = connected[entry] { return other }
      // Those that are set up no more go.
      let entries = Set(directory.entries)
      connected = connected.filter { entries.contains($0.key) }
      connected[entry] = fresh
      return fresh
    }
  }

  /// Snaps of all stores that match; of those with the same name that of the first store.
  ///
  /// - Throws: when no store answers.
  public func find(_ search: StoreSearch, _ user: DaemonUser?) throws -> [StoreSnap] {
    try gather(try all(for: "search"), { try $0.find(search, user) }) { $0.name?.rawValue ?? $0.snapID }
  }

  /// A snap, from the first store that has it.
  public func info(_ name: SnapName, _ user: DaemonUser?) throws -> SnapInfoResponse {
    for store in try all(for: "get details for snap \"\(name)\"") {
      do { return try store.info(name, user) } catch RemoteStoreError.snapNotFound {}
    }
    throw RemoteStoreError.snapNotFound(name.rawValue)
  }

  public func sections() throws -> [String] {
    try gather(try all(for: "list sections"), { try $0.sections() }) { $0 }
  }

  public func categories() throws -> [String] {
    try gather(try all(for: "list categories"), { try $0.categories() }) { $0 }
  }

  /// What all stores have, without the doubles.
  private func gather<Element>(
    _ stores: [any RemoteStore], _ ask: (any RemoteStore) throws -> [Element], by key: (Element) -> String
  ) throws -> [Element] {
    var found: [Element] = []
    var seen: Set<String> = []
    var trouble: (any Error)?
    var answered = false
    for store in stores {
      do {
        for element in try ask(store) where seen.insert(key(element)).inserted { found.append(element) }
        answered = true
      } catch RemoteStoreError.badQuery {
        // It is the question that is wrong.
        throw RemoteStoreError.badQuery
      } catch { trouble = trouble ?? error }
    }
    if let trouble, !answered || found.isEmpty { throw trouble }
    return found
  }

  /// Logs a person in at the first store.
  public func logIn(email: String, password: String, oneTimePassword: String) throws -> StoreLogin {
    guard let first = try all(for: "log in").first else { throw RemoteStoreError.noStore("log in") }
    return try first.logIn(email: email, password: password, oneTimePassword: oneTimePassword)
  }

  /// A key for each snap, from the first store that has it.
  public func createCohorts(_ snaps: [SnapName], _ user: DaemonUser?) throws -> [String: String] {
    let stores = try all(for: "create cohorts")
    var keys: [String: String] = [:]
    for snap in snaps {
      for store in stores where keys[snap.rawValue] == nil {
        do { keys.merge(try store.createCohorts([snap], user)) { $1 } } catch RemoteStoreError.snapNotFound {}
      }
      guard keys[snap.rawValue] != nil else { throw RemoteStoreError.snapNotFound(snap.rawValue) }
    }
    return keys
  }

  /// An assertion, from the first store that has it. It is not checked: who takes it does.
  public func assertion(_ reference: AssertionReference) throws -> Assertion {
    for store in try all(for: "query a store for assertions") {
      do { return try store.assertion(reference) } catch is AssertionNotFound {}
    }
    throw AssertionNotFound(reference)
  }

  // MARK: Setting up

  /// Trusts a store whose root key has a fingerprint, and asks it from then on.
  public func add(url: String, key: String, name: String, priority: Int?) throws -> StoreEntry {
    let entry = try directory.candidate(url: url, key: key, name: name, priority: priority)
    let remote = try connect(entry)
    var account = ""
    let root = try StoreRoot(fingerprint: key) { reference in
      if reference.type == .account { account = reference.key.first ?? "" }
      do { return try remote.assertion(reference) } catch is AssertionNotFound {
        throw StoreDirectoryError.root("cannot trust the store: it has no \(reference)")
      }
    }
    let database = try assertions.database
    guard database.isTrusted(account: account) else {
      try directory.add(entry, root: root)
      return entry
    }
    // The packager may have put the root there before; another key for the account would be another root's affair.
    guard let known = try database.assertion(AssertionReference(.accountKey, [key])), known.signKeyID == key else {
      throw StoreDirectoryError.root(
        "cannot trust the store: the account \"\(account)\" is trusted already, with another key")
    }
    try directory.add(entry, root: nil)
    return entry
  }

  @discardableResult
  public func remove(_ name: String) throws -> StoreEntry { try directory.remove(name) }
}
