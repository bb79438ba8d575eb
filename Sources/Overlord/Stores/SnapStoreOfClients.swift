internal import Assertions
internal import ConfigurationManager
internal import Host
internal import Snap
internal import SnapManager
internal import State
internal import StoreClient
internal import StoreDirectory
internal import StoreProtocol

/// The stores that are set up, as the operations on snaps know them. Calls block; what goes wrong is a
/// ``RemoteStoreError``.
struct SnapStoreOfClients: SnapStore {
  private let clients: StoreClients
  private let users: DaemonUsers
  private let state: StateStore
  private let cache: DownloadCache
  private let applier = DeltaApplier.installed()

  init(clients: StoreClients, users: DaemonUsers, state: StateStore, directories: Directories) {
    (self.clients, self.users, self.state) = (clients, users, state)
    cache = DownloadCache(directory: directories.library + "/cache")
  }

  func names() -> [String] { clients.directory.entries.map(\.name) }

  func act(_ request: SnapActionRequest, at store: String, _ asking: StoreAsking) throws -> SnapActionResponse {
    let client = try client(store)
    let options = StoreClient.ActionOptions(isScheduled: asking.isScheduled, isManaged: asking.isManaged)
    return try Self.asking { () throws(StoreError) in
      try client.act(request, options, StoreClient.Context(user: user(asking.userID, of: client)))
    }
  }

  func download(
    _ download: StoreDownload, over images: [Int: String], to path: String,
    progress: @escaping @Sendable (_ done: Int, _ total: Int) -> Void, isCancelled: @escaping @Sendable () -> Bool
  ) throws {
    let client = try client(download.store)
    let rate = download.isRateLimited ? state.read { RefreshOptions(in: $0).rateLimit } : nil
    let options = DownloadOptions(rate: rate ?? 0) { done, total in progress(Int(done), Int(total)) }
    let old = images.map { (Revision.store(UInt32($0.key)), $0.value) }
    let sources = DownloadSources(
      images: Dictionary(old, uniquingKeysWith: { $1 }), applier: applier, cache: cache)
    try Self.asking { () throws(StoreError) in
      try client.download(
        String(path.utf8.split(separator: UInt8(ascii: "/")).last.map { Substring($0) } ?? ""),
        SnapDownload(download), using: sources, to: path, options,
        StoreClient.Context(user: user(download.userID, of: client), isCancelled: isCancelled))
    }
  }

  func keep(_ path: String, sha3: String) throws {
    // One that is not kept is fetched again.
    try? cache.keep(path, sha3: sha3)
  }

  func assertion(_ reference: AssertionReference, from store: String) throws -> Assertion {
    try ClientOfStore(client: try client(store), retries: nil).assertion(reference)
  }

  func assertions(_ references: [AssertionReference], from store: String) throws -> [Assertion] {
    let client = try client(store)
    let formats = AssertionType.allCases.filter { $0.maximumFormat > 0 }.map { ($0.rawValue, $0.maximumFormat) }
    let stream = try Self.asking { () throws(StoreError) in
      try client.bundle(references.map { ($0.type.rawValue, $0.key) }, maxFormats: formats)
    }
    guard let stream else { return [] }
    do { return try AssertionStreamReader.decode(stream) } catch {
      throw RemoteStoreError.other("cannot fetch assertions: cannot decode the store's answer: \(error)")
    }
  }

  func newest(_ type: AssertionType, _ key: [String], from store: String) throws -> Assertion {
    try ClientOfStore(client: client(store)).newest(type, key)
  }

  func createCohorts(_ snaps: [String], at store: String) throws -> [String: String] {
    let (client, names) = (try client(store), try snaps.map { try SnapName($0) })
    return try Self.asking { () throws(StoreError) in try client.createCohorts(names) }
  }

  private func client(_ name: String) throws -> StoreClient {
    guard let client = try clients.client(named: name) else { throw StoreRefusal.unknownStore(name) }
    return client
  }

  private func user(_ id: Int?, of client: StoreClient) -> StoreUser? {
    guard let id, let login = users.login(of: id) else { return nil }
    return client.user(id, login)
  }

  private static func asking<Result>(_ body: () throws(StoreError) -> Result) throws -> Result {
    do { return try body() } catch { throw RemoteStoreError(error, about: "") }
  }
}

extension SnapDownload {
  fileprivate init(_ download: StoreDownload) {
    self.init(
      sha3_384: download.sha3, size: Int64(clamping: download.size), url: download.url,
      deltas: download.deltas.map {
        SnapDelta(
          format: $0.format, sha3_384: $0.sha3, size: Int64(clamping: $0.size), source: .store(UInt32($0.source)),
          target: .store(UInt32($0.target)), url: $0.url)
      })
  }
}
