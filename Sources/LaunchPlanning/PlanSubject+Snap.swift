public import LaunchPlan
public import Permissions
public import Snap

extension LaunchPlanner {
  /// Plans every app and hook of a snap.
  /// - Parameters:
  ///   - confinement: what holds for this installation, which its flags may have changed.
  ///   - base: nil only for classic snaps and for those without apps and hooks (`base: none`).
  public func plans(
    for info: SnapInfo, instance: InstanceName, revision: Revision, confinement: Confinement, base: BaseLocation?
  ) throws(PlanningError) -> [LaunchPlan] {
    let subject = PlanSubject(info, instance: instance, revision: revision, confinement: confinement) { _ in
      PermissionSet()
    }
    return try plans(for: subject, base: base).plans
  }

  /// What layouts need to exist in a snap's data before the first launch; the reference makes it too.
  public func layoutSources(
    for info: SnapInfo, instance: InstanceName, revision: Revision, confinement: Confinement, base: BaseLocation?
  ) throws(PlanningError) -> [LayoutSource] {
    let subject = PlanSubject(info, instance: instance, revision: revision, confinement: confinement) { _ in
      PermissionSet()
    }
    return try plans(for: subject, base: base).layoutSources
  }
}

extension PlanSubject {
  /// The one place where a snap's metadata becomes what planning works on.
  ///
  /// - Parameter grants: what an app or hook has by its connections, by its tag.
  public init(
    _ info: SnapInfo, instance: InstanceName, revision: Revision, confinement: Confinement,
    grants: (SecurityTag) throws -> PermissionSet
  ) rethrows {
    let level: LaunchPlan.Confinement =
      switch confinement {
      case .strict: .strict
      case .devmode: .devmode
      case .classic: .classic
      }
    self.init(
      name: info.name.rawValue, instance: instance.rawValue, revision: revision.rawValue,
      version: info.version.rawValue, architecture: Architecture.host.description, confinement: level)
    users = info.systemUsernames.keys.sorted().compactMap { SystemUser(rawValue: $0) }
    environment = info.environment.map { .init($0.key, $0.value) }
    layouts = info.layouts
    for app in info.apps {
      let tag = SecurityTag.app(app.name, of: instance)
      var entry = Entry(
        securityTag: tag.description, kind: app.daemon == nil ? .app : .service, name: app.name.rawValue)
      entry.commandChain = app.commandChain
      entry.command = AppInfo.words(of: app.command)
      entry.stopCommand = app.stopCommand.map(AppInfo.words(of:)) ?? []
      entry.reloadCommand = app.reloadCommand.map(AppInfo.words(of:)) ?? []
      entry.postStopCommand = app.postStopCommand.map(AppInfo.words(of:)) ?? []
      entry.environment = app.environment.map { .init($0.key, $0.value) }
      entry.commonID = app.commonID ?? ""
      entry.busName = app.busName ?? ""
      entry.completer = app.completer ?? ""
      entry.grants = try grants(tag)
      entries.append(entry)
    }
    for hook in info.hooks {
      let tag = SecurityTag.hook(hook.name, of: instance)
      var entry = Entry(securityTag: tag.description, kind: .hook, name: hook.name.rawValue)
      entry.commandChain = hook.commandChain
      entry.command = ["meta/hooks/" + hook.name.rawValue]
      entry.environment = hook.environment.map { .init($0.key, $0.value) }
      entry.grants = try grants(tag)
      entries.append(entry)
    }
  }

  /// Tells apps which desktop files they have: paths by the app's name.
  public mutating func setDesktopFiles(_ files: [String: String]) {
    for index in entries.indices where entries[index].kind != .hook {
      entries[index].desktopFile = files[entries[index].name] ?? ""
    }
  }
}
