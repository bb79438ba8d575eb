public import Artefacts
internal import ByteText
internal import Desktop
public import Host
internal import Image
internal import LaunchPlanning
internal import Linux
internal import Packing
public import SessionAgents
internal import Snap
public import State
internal import Synchronization

/// Owns the snaps of a machine: what is installed, and every operation on it.
public final class SnapManager: Sendable {
  let store: StateStore
  /// Not owned: it owns the handlers, and they this manager.
  unowned let runner: TaskRunner
  let directories: Directories
  let services: any ServiceManager
  /// Services of users' sessions.
  public let userServices: UserServices
  let connections: any SnapConnections
  let configuration: any SnapConfiguration
  let surroundings: any HookSurroundings
  let refreshLimits = Mutex<(@Sendable (inout StoreRefreshRequest) throws -> Void)?>(nil)
  let automaticAliases: any AutomaticAliases
  /// The stores that are set up.
  public let snapStore: any SnapStore
  /// What has been signed.
  public let signatures: any SnapSignatures
  let plans: PlanStore
  let planner: LaunchPlanner
  let infos: InfoCache
  let namespaces: Namespaces
  let artefacts: Artefacts
  let desktop: DesktopIntegration
  /// The programs of the machine that are told of connections.
  public let tools: MachineTools

  /// - Parameters:
  ///   - store: the state; opened, and not yet run.
  ///   - runner: gets the task kinds of this manager.
  ///   - connections: what plugs and slots grant.
  ///   - configuration: what snaps were told by people.
  ///   - surroundings: what hooks find around them.
  ///   - automaticAliases: which aliases publishers have been granted.
  ///   - snapStore: the stores that are set up.
  ///   - signatures: who knows what has been signed.
  ///   - tools: the programs of the machine that are told of connections; by default this machine's.
  public init(
    store: StateStore, runner: TaskRunner, directories: Directories, services: any ServiceManager,
    connections: any SnapConnections, configuration: any SnapConfiguration, surroundings: any HookSurroundings,
    automaticAliases: any AutomaticAliases = NoAutomaticAliases(), snapStore: any SnapStore = NoStore(),
    signatures: any SnapSignatures = NoSignatures(), tools: MachineTools? = nil
  ) {
    self.store = store
    self.runner = runner
    self.directories = directories
    self.services = services
    self.connections = connections
    self.configuration = configuration
    self.surroundings = surroundings
    self.automaticAliases = automaticAliases
    self.snapStore = snapStore
    self.signatures = signatures
    userServices = UserServices(directories: directories)
    plans = PlanStore(directories: directories)
    planner = LaunchPlanner(directories: directories)
    infos = InfoCache(directories: directories)
    namespaces = Namespaces(directories: directories)
    let tools = tools ?? .current(directories)
    self.tools = tools
    artefacts = Artefacts(directories: directories, tools: tools)
    let start = Self.busStart(directories, services)
    desktop = DesktopIntegration(
      directories: directories, caches: DesktopCaches(run: tools.run), serviceCommand: start)
    register()
  }

  private func register() {
    runner.register(Prerequisites(manager: self))
    runner.register(TakingBack(PrepareSnap(manager: self)))
    runner.register(TakingBack(DownloadSnap(manager: self)))
    runner.register(ValidateSnap(manager: self))
    runner.register(TakingBack(MountSnap(manager: self)))
    runner.register(SwitchSnap(manager: self))
    runner.register(SwitchSnapChannel(manager: self))
    runner.register(ToggleSnapFlags(manager: self))
    runner.register(CheckRerefresh(manager: self))
    runner.register(TakingBack(StopSnapServices(manager: self)))
    runner.register(TakingBack(UnlinkCurrentSnap(manager: self)))
    runner.register(TakingBack(CopySnapData(manager: self)))
    runner.register(TakingBack(SetupProfiles(manager: self)))
    runner.register(TakingBack(LinkSnap(manager: self)))
    runner.register(TakingBack(StartSnapServices(manager: self)))
    runner.register(TakingBack(UnlinkSnap(manager: self)))
    runner.register(TakingBack(RemoveProfiles(manager: self)))
    runner.register(TakingBack(KillSnapApps(manager: self)))
    runner.register(ClearSnap(manager: self))
    runner.register(DiscardSnap(manager: self))
    runner.register(Cleanup(manager: self))
    runner.register(RunHook(manager: self))
    runner.register(TakingBack(SetAutoAliases(manager: self)))
    runner.register(TakingBack(SetupAliases(manager: self)))
    runner.register(TakingBack(RefreshAliases(manager: self)))
    runner.register(TakingBack(PruneAutoAliases(manager: self)))
    runner.register(TakingBack(RemoveAliases(manager: self)))
    runner.register(TakingBack(AddAlias(manager: self)))
    runner.register(TakingBack(RemoveAlias(manager: self)))
    runner.register(TakingBack(DisableAliases(manager: self)))
    runner.register(TakingBack(PreferAliases(manager: self)))
    runner.addBlockedPredicate { task, running, _ in
      Self.aliasKinds.contains(task.kind) && running.contains { Self.aliasKinds.contains($0.kind) }
    }
    runner.register(ServiceControl(manager: self))
    runner.addBlockedPredicate { task, _, state in state.mustWaitForBase(task) }
    runner.addBlockedPredicate { task, _, state in
      task.kind == CheckRerefresh.kind && state.hasUnfinishedTasks(besides: task)
    }
  }

  // MARK: What tasks are made of

  func image(of setup: SnapSetup) -> RevisionImage {
    RevisionImage(directories: directories, services: services, instance: setup.instance, revision: setup.revision)
  }

  func data(of instance: InstanceName) -> RevisionData {
    RevisionData(directories: directories, instance: instance)
  }

  func links(of instance: InstanceName) -> RevisionLinks {
    RevisionLinks(
      directories: directories, services: services, userServices: userServices, desktop: desktop, instance: instance)
  }

  /// Makes a revision the one in use: links, commands, service definitions, menu entries.
  ///
  /// - Returns: what went wrong that keeps nothing from working.
  func link(
    _ instance: InstanceName, _ revision: Revision, snapID: String?, flags: SnapFlags,
    checkpoint: (StaticString) -> Void = { _ in }
  ) throws -> [String] {
    let info = try infos.info(of: instance, revision)
    // Services and later tasks need what connections say.
    connections.ensureAdopted(info, instance, revision, snapID: snapID)
    let definitions = try serviceDefinitions(
      info, in: instance, revision, flags, parts: try connections.parts(of: instance),
      vitalityRank: vitalityRank(of: instance))
    return try links(of: instance).link(info, revision: revision, definitions: definitions, checkpoint: checkpoint)
  }

  func vitalityRank(of instance: InstanceName) -> Int? {
    store.read { configuration.vitalityRank(of: instance, in: $0) }
  }

  /// The metadata of the revision in use; nil when the snap is not available.
  func activeInfo(of instance: InstanceName) throws -> SnapInfo? {
    guard let state = store.read({ $0[snap: instance] }), state.active else { return nil }
    return try infos.info(of: instance, state.current)
  }

  /// The metadata of an image that is not installed.
  func readInfo(_ source: SnapSetup.Source) throws -> SnapInfo {
    switch source {
    case .image(let path): try checkedInfo(try ImageReader(path: path))
    case .directory(let path): try checkedInfo(try DirectoryContainer(path: path))
    case .installed, .store: preconditionFailure("internal error: there is no image to read yet")
    }
  }

  private func checkedInfo(_ container: some SnapContainer) throws -> SnapInfo {
    let info = try SnapInfo(in: container)
    try info.check(container)
    return info
  }

  // MARK: Running processes

  /// The processes of a snap's apps and hooks, services included.
  func processes(of instance: InstanceName) throws -> [Int32] {
    try namespaces.processes(of: instance)
  }

  // MARK: How the snap command is run

  /// What a message bus runs, in place of a service manager, when a service is wanted. The supervisor's services are its
  /// own to start; systemd's buses ask systemd, and this is for a bus that was started without it.
  private static func busStart(
    _ directories: Directories, _ services: any ServiceManager
  ) -> @Sendable (AppInfo.Scope, String) -> String {
    let root = directories.prefix.isEmpty ? "" : "/usr/bin/env SNAPPY_GLOBAL_ROOT=\(directories.prefix) "
    let isSupervised = services.name == "supervisor"
    return { scope, name in
      "\(root)\(directories.snapCommand) \(isSupervised && scope == .system ? "debug activate" : "run") \(name)"
    }
  }

  /// The command line that runs a snap's app or hook, before its name.
  var snapRun: [String] { [directories.snapCommand, "run"] }

  /// What a service or hook of a system under another root needs to find it.
  var serviceEnvironment: [String: String] {
    directories.prefix.isEmpty ? [:] : ["SNAPPY_GLOBAL_ROOT": directories.prefix]
  }
}
