internal import Glibc
internal import Host
internal import LaunchPlan
internal import LaunchPlanning
internal import Linux
internal import Permissions
internal import Snap
internal import State

/// How launch plans follow what is installed.
extension SnapManager {
  /// Compiles and writes what the launcher enforces for a revision.
  func writePlans(of instance: InstanceName, _ revision: Revision, flags: SnapFlags) throws {
    let info = try infos.info(of: instance, revision)
    try writePlans(info, instance, revision, flags, base: try base(of: info, instance, revision))
  }

  /// The plans name the base's revision, so they follow when the base changes.
  func rewritePlansOfSnaps(on base: InstanceName, at revision: Revision) throws {
    let users = store.read { state in
      state.users(of: base).compactMap { user in state[snap: user].map { (user, $0) } }
    }
    for (user, state) in users where state.active {
      let info = try infos.info(of: user, state.current)
      try writePlans(info, user, state.current, state.flags, base: location(base, revision))
    }
  }

  private func writePlans(
    _ info: SnapInfo, _ instance: InstanceName, _ revision: Revision, _ flags: SnapFlags, base: BaseLocation?
  ) throws {
    let subject = PlanSubject(info, instance, revision, flags.effective(info.confinement))
    let result = try planner.plans(for: subject, base: base)
    for source in result.layoutSources { try create(source) }
    try plans.write(result.plans, instance: instance.description)
  }

  /// Where a snap's root file system is: in its base, or for an OS snap or base in itself.
  private func base(of info: SnapInfo, _ instance: InstanceName, _ revision: Revision) throws -> BaseLocation? {
    if info.type.isBase { return location(instance, revision) }
    let setup = SnapSetup(
      instance: instance, revision: revision, type: info.type, base: info.base, purpose: .install)
    guard let base = setup.requiredBase else { return nil }
    guard let state = store.read({ $0[snap: base] }) else {
      throw Refusal.missingBase(base.description, of: instance)
    }
    return location(base, state.current)
  }

  private func location(_ base: InstanceName, _ revision: Revision) -> BaseLocation {
    BaseLocation(name: base.description, rootfs: directories.mount(of: base, revision))
  }

  /// Makes what a layout shows exist in the snap's data. The data is the snap's own to fill, with links too, so every
  /// step is below a descriptor and follows none.
  private func create(_ source: LayoutSource) throws(SyscallError) {
    var place = try OwnedFD.open(source.place, O_RDONLY | O_DIRECTORY | O_NOFOLLOW)
    var names = source.path.split(separator: "/").map(String.init)
    let last = source.isFile ? names.popLast() : nil
    for name in names {
      if mkdirat(place.raw, name, 0o755) != 0, errno != EEXIST {
        throw SyscallError("make directory", path: source.place + source.path, errno: errno)
      }
      place = try place.openBeneath(name, O_RDONLY | O_DIRECTORY)
    }
    if let last { _ = try place.openBeneath(last, O_RDONLY | O_CREAT | O_NOFOLLOW, mode: 0o644) }
  }
}

extension PlanSubject {
  /// What planning needs of a snap's metadata.
  init(_ info: SnapInfo, _ instance: InstanceName, _ revision: Revision, _ confinement: Confinement) {
    self.init(
      name: info.name.rawValue, instance: instance.description, revision: revision.description,
      version: info.version.rawValue, architecture: Architecture.host.description,
      confinement: LaunchPlan.Confinement(confinement))
    users = info.systemUsernames.keys.sorted().compactMap { SystemUser(rawValue: $0) }
    environment = info.environment.map { LaunchPlan.Variable($0.key, $0.value) }
    layouts = info.layouts.map { LayoutItem(path: $0.path, content: LayoutItem.Content($0.content), mode: $0.mode) }
    // An app without a command cannot be run, and the reference accepts it all the same.
    entries = info.apps.filter { !$0.command.isEmpty }.map { app in Entry(app, info, instance) }
    entries += info.hooks.map { hook in
      var entry = Entry(securityTag: SecurityTag.hook(hook.name, of: instance).description, kind: .hook, name: hook.name.rawValue)
      entry.commandChain = hook.commandChain
      entry.command = ["meta/hooks/\(hook.name)"]
      entry.environment = hook.environment.map { LaunchPlan.Variable($0.key, $0.value) }
      entry.grants = PermissionSet(autoConnected: info.plugs(of: hook))
      return entry
    }
  }
}

extension PlanSubject.Entry {
  fileprivate init(_ app: AppInfo, _ info: SnapInfo, _ instance: InstanceName) {
    self.init(
      securityTag: SecurityTag.app(app.name, of: instance).description, kind: app.daemon == nil ? .app : .service,
      name: app.name.rawValue)
    commandChain = app.commandChain
    command = AppInfo.words(of: app.command)
    stopCommand = AppInfo.words(of: app.stopCommand ?? "")
    reloadCommand = AppInfo.words(of: app.reloadCommand ?? "")
    postStopCommand = AppInfo.words(of: app.postStopCommand ?? "")
    environment = app.environment.map { LaunchPlan.Variable($0.key, $0.value) }
    commonID = app.commonID ?? ""
    busName = app.busName ?? ""
    completer = app.completer ?? ""
    grants = PermissionSet(autoConnected: info.plugs(of: app))
  }
}

extension PermissionSet {
  /// What plugs grant without anybody connecting them. Until there is a repository of interfaces, these are the two
  /// that the base declaration connects for every snap.
  fileprivate init(autoConnected plugs: [InterfaceEnd]) {
    self.init()
    for plug in plugs {
      switch plug.interface {
      case "network": formUnion(.network)
      case "network-bind": formUnion(.networkBind)
      default: continue
      }
    }
  }
}

extension LaunchPlan.Confinement {
  fileprivate init(_ confinement: Confinement) {
    self =
      switch confinement {
      case .strict: .strict
      case .devmode: .devmode
      case .classic: .classic
      }
  }
}

extension PlanSubject.LayoutItem.Content {
  fileprivate init(_ content: Layout.Content) {
    self =
      switch content {
      case .bind(let source): .bind(source)
      case .bindFile(let source): .bindFile(source)
      case .tmpfs: .tmpfs
      case .symlink(let target): .symlink(target)
      }
  }
}
