internal import ByteText
internal import ConfigurationManager
public import DeviceManager
public import Host
internal import Linux
internal import Snap
public import State
public import StoreClient
public import StoreDirectory
internal import StoreProtocol
internal import Synchronization

/// The clients of the stores that are set up, one each, which keep their connections. What the system's options say of
/// the network counts from the next request on.
public final class StoreClients: Sendable {
  public let directory: StoreDirectory
  private let directories: Directories
  private let state: StateStore
  private let users: DaemonUsers
  private let device: DeviceCredentials
  private let clients = Mutex<[StoreEntry: StoreClient]>([:])

  public init(
    directory: StoreDirectory, directories: Directories, state: StateStore, users: DaemonUsers,
    device: DeviceCredentials
  ) {
    (self.directory, self.directories, self.state, self.users) = (directory, directories, state, users)
    self.device = device
  }

  /// Whether the administrator wants no store to be asked (`store.access`).
  var isOffline: Bool { state.read { RefreshOptions(in: $0).isOffline } }

  /// The client of a store that is set up.
  ///
  /// - Returns: nil for a name that none has.
  public func client(named name: String) throws -> StoreClient? {
    try directory.entries.first { $0.name.hasSameBytes(as: name) }.map { try client(of: $0) }
  }

  /// The client of a store, which may be about to be set up.
  public func client(of entry: StoreEntry) throws -> StoreClient {
    let options = state.read { self.options(in: $0) }
    let client = try clients.withLock { clients in
      if let known = clients[entry] { return known }
      // Those that are set up no more go.
      let entries = Set(directory.entries)
      clients = clients.filter { entries.contains($0.key) }
      let fresh = StoreClient(
        try configuration(of: entry), web: options.web,
        authority: Authority(users: users, device: device, store: DeviceStore(entry)))
      clients[entry] = fresh
      return fresh
    }
    client.set(options.web)
    client.isOnline = options.isOnline
    return client
  }

  private func configuration(of entry: StoreEntry) throws -> StoreConfiguration {
    var configuration = StoreConfiguration(
      name: entry.name, api: try WebAddress(entry.url.text),
      assertions: try entry.assertionsURL.map { try WebAddress($0.text) },
      logIn: try entry.logInURL.map { try WebAddress($0.text) }, userAgent: userAgent)
    configuration.appliesDeltas = ["/usr/bin/xdelta3", "/bin/xdelta3", "/usr/local/bin/xdelta3"].contains {
      (try? Files.status($0)) != nil
    }
    configuration.allowsCDN = Environment.variable("SNAPPY_STORE_NO_CDN").map { $0.isEmpty } ?? true
    return configuration
  }

  /// `snapd/2.77.0 (series 16; classic) debian/12 (amd64) linux/6.1`
  private var userAgent: String {
    let release = OSRelease.read(below: directories.prefix)
    let words =
      "snapd/\(SystemVersion.current) (series 16; classic) \(release.id)/"
      + "\(release.versionID.isEmpty ? "unknown" : release.versionID) (\(Architecture.host)) linux/\(Kernel.release)"
    return String(decoding: words.utf8.filter { (0x20...0x7E).contains($0) }, as: UTF8.self)
  }

  private func options(in state: State) -> (web: WebOptions, isOnline: Bool) {
    let network = NetworkOptions(state)
    var environment: [String: String] = [:]
    for name in WebOptions.variables { environment[name] = Environment.variable(name) }
    let web = WebOptions(
      httpProxy: network.httpProxy, httpsProxy: network.httpsProxy, noProxy: network.noProxy,
      certificates: certificates(), environment: environment)
    return (web, !RefreshOptions(in: state).isOffline)
  }

  /// The certificates of `store-certs.*` as one file, made anew when it is not what they are.
  private func certificates() -> String? {
    let place = directories.storeCertificates
    guard let names = try? Files.list(place).filter({ $0.hasByteSuffix(".pem") }).sorted(), !names.isEmpty else {
      return nil
    }
    var bundle: [UInt8] = []
    for name in names {
      guard let bytes = try? Files.read("\(place)/\(name)", limit: 1 << 20) else { continue }
      bundle += bytes + [UInt8(ascii: "\n")]
    }
    let path = directories.runtime + "/store-certs.pem"
    if (try? Files.read(path, limit: 64 << 20)) != bundle {
      guard (try? Files.writeAtomically(bundle, to: path, mode: 0o644, durable: false)) != nil else { return nil }
    }
    return path
  }

  /// What a store is told of who asks: people who are logged in, and the machine if it is the store's.
  private struct Authority: StoreAuthority {
    let users: DaemonUsers
    let device: DeviceCredentials
    /// Nil for one whose root nothing says: it is told nothing of the machine.
    let store: DeviceStore?

    func session(with _: String) -> String? { store.flatMap { device.session(with: $0) } }

    func keep(session: String, with _: String) throws {
      if let store { try device.keep(session: session, with: store) }
    }

    func forgetSession(with _: String) throws {
      if let store { try device.keep(session: nil, with: store) }
    }

    func sessionRequest(nonce: () throws -> String) throws -> SessionRequest? {
      try store.flatMap { try device.sessionRequest(with: $0, nonce: nonce) }
    }

    func keep(_ user: StoreUser) throws {
      try users.keep(discharges: user.discharges, of: user.id, macaroon: user.macaroon)
    }
  }
}
