internal import Artefacts
public import AssertionManager
public import ConfigurationManager
public import DeviceManager
public import Host
public import InterfaceManager
public import Interfaces
internal import Linux
public import Logging
public import RefreshManager
public import SnapManager
public import State
internal import StoreDirectory
internal import Threads
internal import Time
public import ValidationSets

/// Puts the system together: the state, the runner, the host, the managers; and keeps it going.
public final class Overlord: Sendable {
  /// Where everything is.
  public let directories: Directories
  /// What the system remembers.
  public let store: StateStore
  /// Runs the tasks of all changes.
  public let runner: TaskRunner
  /// Who keeps services running on this machine.
  public let services: any ServiceManager
  /// Owns the snaps.
  public let snaps: SnapManager
  /// Owns plugs, slots and connections.
  public let interfaces: InterfaceManager
  /// Owns what people told the snaps and the system.
  public let configuration: ConfigurationManager
  /// What `snapctl` works in.
  public let hooks: HookContexts
  /// Owns what is signed, and whom the machine trusts.
  public let assertions: AssertionManager
  /// The stores that are set up, and who is logged in to them.
  public let stores: Stores
  public let users: DaemonUsers
  let storeClients: StoreClients
  /// Owns who the machine is towards a store.
  public let identity: DeviceManager
  /// Owns updates that nobody asks for.
  public let refreshes: RefreshManager
  /// For what asks stores, one job at a time.
  private let refreshThreads = ThreadPool(most: 1)
  /// Owns the validation sets that the system follows.
  public let validationSets: ValidationSetManager
  private let logger: Logger
  private let devices: DeviceMonitor?
  private let startOfOperation: Timestamp

  /// Opens the state and makes the managers. Nothing runs yet.
  ///
  /// - Parameters:
  ///   - directories: where everything is.
  ///   - automaticAliases: which aliases publishers have been granted; by default what declarations say.
  ///   - snapStore: the stores that snaps come from; by default those that are set up.
  ///   - boundary: told of every step of every task, for tests that kill the daemon there.
  /// - Throws: when another daemon owns the state, or it is damaged.
  public init(
    directories: Directories, logger: Logger, automaticAliases: (any AutomaticAliases)? = nil,
    snapStore: (any SnapStore)? = nil, boundary: (@Sendable (Boundary) -> Void)? = nil
  ) throws {
    self.directories = directories
    self.logger = logger
    try Files.makeDirectories(directories.library, mode: 0o755)
    try Files.makeDirectories(directories.blobs, mode: 0o755)
    try Files.makeDirectories(directories.runtime, mode: 0o755)
    store = try StateStore(path: directories.stateDatabase)
    startOfOperation = store.read { $0.now }
    try store.verify(RecordKind<SnapState>.snaps)
    try store.verify(RecordKind<ConnectionRecord>.connections)
    try RefreshManager.verify(store)
    try ValidationSetManager.verify(store)
    try DeviceManager.verify(store)
    try store.verify(RecordKind<Configuration>.configurations)
    try store.verify(RecordKind<[String: Configuration]>.revisionConfigurations)
    runner = TaskRunner(store: store, boundary: boundary)
    assertions = try AssertionManager(directories: directories, clock: { [store] in store.read { $0.now } }) {
      problem in
      logger.error("cannot trust a file", metadata: ["error": "\(problem)"])
    }
    users = DaemonUsers(store: store)
    let directory = try StoreDirectory(directories: directories, environment: Environment.variable) { problem in
      logger.error("cannot use a store", metadata: ["error": "\(problem)"])
    }
    let credentials = DeviceCredentials(directory: directories.device, state: store) { [assertions] in
      try assertions.believed($0)
    }
    storeClients = StoreClients(
      directory: directory, directories: directories, state: store, users: users, device: credentials)
    stores = Stores(
      directory: directory, assertions: assertions,
      connect: { [storeClients] in ClientOfStore(client: try storeClients.client(of: $0)) })
    let snapStore =
      snapStore ?? SnapStoreOfClients(clients: storeClients, users: users, state: store, directories: directories)
    services = try HostDetection.serviceManager(directories: directories)
    interfaces = InterfaceManager(store: store, runner: runner, machine: Machine(of: directories))
    configuration = ConfigurationManager(store: store, system: SystemOptions())
    hooks = HookContexts(store: store, configuration: configuration)
    snaps = SnapManager(
      store: store, runner: runner, directories: directories, services: services,
      connections: ConnectionsOfSnaps(interfaces: interfaces, assertions: assertions, store: store),
      configuration: ConfigurationOfSnaps(), surroundings: hooks,
      automaticAliases: automaticAliases ?? DeclaredAliases(assertions: assertions), snapStore: snapStore,
      signatures: SignaturesOfSnaps(assertions: assertions, store: snapStore))
    validationSets = ValidationSetManager(
      store: store, runner: runner, source: SetsOfStores(assertions: assertions, store: snapStore),
      snaps: SnapsOfSets())
    identity = DeviceManager(
      store: store, runner: runner, credentials: credentials,
      stores: StoresOfDevice(clients: storeClients, assertions: assertions, store: snapStore),
      modelChanged: { [interfaces] in interfaces.setDevice(credentials.scope()) },
      report: { logger.error("cannot make the machine known", metadata: ["error": "\($0)"]) })
    let limits = RefreshLimitsOfSnaps(store: store, sets: validationSets)
    snaps.limitRefreshes { try limits.apply(to: &$0) }
    refreshes = RefreshManager(
      store: store, runner: runner,
      snaps: SnapsOfRefreshes(
        directories: directories, snaps: snaps, interfaces: interfaces,
        limits: limits,
        report: { logger.error("cannot refresh snaps by itself", metadata: ["error": "\($0)"]) }),
      configuration: OptionsOfRefreshes(),
      surroundings: RefreshSurroundings(
        zone: MachineZone.offset, random: { Int64.random(in: 0..<max($0, 1)) },
        isMetered: { NetworkMeter.isMetered(directories) },
        report: { logger.error("cannot refresh snaps by itself", metadata: ["error": "\($0)"]) }),
      catalogue: CatalogueFiles(directories: directories, catalogue: CatalogueOfClients(clients: storeClients)))
    interfaces.attach(SnapsOfInterfaces(snaps: snaps, assertions: assertions))
    configuration.attach(MachineOfOptions(directories: directories, snaps: snaps, interfaces: interfaces))
    // Below another root the machine's devices are none of ours.
    devices = directories.prefix.isEmpty ? DeviceMonitor(hasUdev: snaps.tools.hasUdev) : nil
    runner.onFailure { logger.error("cannot run tasks", metadata: ["error": "\($0)"]) }
  }

  /// Brings the machine to what the state says, then carries on with unfinished changes.
  public func start() async throws {
    logger.info("starting", metadata: ["host": "\(services.name)", "root": "\(directories.root)"])
    try snaps.startUp()
    // Listening first: what comes while the others are counted is heard twice rather than not at all.
    do { try devices?.open() } catch { logger.error("cannot listen to devices", metadata: ["error": "\(error)"]) }
    let present = devices?.present() ?? []
    interfaces.startUp(devices: present)
    interfaces.setDevice(identity.credentials.scope())
    if try snaps.refreshProfiles(SystemKey.current(snaps.tools)) {
      logger.info("security profiles made anew: what they depend on has changed")
    }
    // Before the runner: a task under way that stops services must find them started, not start after it.
    try (services as? Supervisor)?.startEnabled()
    runner.start()
    try refreshes.startUp()
    guard let devices else { return }
    handle(interfaces.missedEvents(present))
    try devices.start { [weak self] events in self?.handle(events) }
  }

  /// Takes what happened to devices: from the machine, or from a test.
  public func handle(_ events: [(device: HotplugDevice, isGone: Bool)]) {
    do {
      try interfaces.handle(events)
    } catch {
      logger.error("cannot take in what happened to devices", metadata: ["error": "\(error)"])
    }
  }

  /// Says in the daemon's log what went wrong beside what was asked for.
  func report(_ problem: String) { logger.error("cannot do something by the way", metadata: ["error": "\(problem)"]) }

  /// Does what is due of what stores are asked without anybody asking, on a thread of its own; returns at once.
  public func ensureRefreshes() {
    Task(executorPreference: refreshThreads) { [identity, refreshes] in
      identity.ensure()
      refreshes.ensure()
    }
  }

  /// Stops running tasks; what is under way is repeated by the next daemon. Services go on.
  public func stop() async {
    devices?.stop()
    await runner.stop()
    try? (services as? Supervisor)?.shutdown(stoppingServices: false)
  }

  /// Whether nothing would be missed if the daemon went away until somebody asks for it.
  public var isIdle: Bool {
    store.read { state in state.all(.snaps).isEmpty && state.unreadyChanges.isEmpty }
  }

  /// Forgets what is over and done with, as `spec/engine.md` §1 says.
  public func prune() throws {
    try store.write { state in state.prune(PruneLimits(startOfOperation: startOfOperation)) }
    snaps.sweepNamespaces()
  }
}
