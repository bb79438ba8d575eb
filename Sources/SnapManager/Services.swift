internal import Artefacts
internal import Host
internal import Permissions
internal import Snap

extension SnapManager {
  /// The names of a snap's system services.
  func serviceNames(_ info: SnapInfo, in instance: InstanceName) -> [String] {
    info.apps.filter { $0.daemon != nil && $0.daemonScope == .system }
      .map { UnitName.service(instance: instance.description, app: $0.name.description) }
  }

  /// What the host must run for a snap.
  ///
  /// - Parameters:
  ///   - revision: the one being linked, for its mount unit and working directory.
  ///   - parts: what its plugs and slots give.
  func serviceDefinitions(
    _ info: SnapInfo, in instance: InstanceName, _ revision: Revision, _ flags: SnapFlags, parts: [GrantPart]
  ) -> [ServiceDefinition] {
    let confinement = flags.effective(info.confinement)
    return info.apps.compactMap { app in
      guard let daemon = app.daemon, app.daemonScope == .system else { return nil }
      let target = commandName(instance, app)
      var service = ServiceDefinition(
        instance: instance.description, app: app.name.description, command: snapRun + [target])
      service.type = ServiceType(rawValue: daemon.rawValue) ?? .simple
      service.environment = serviceEnvironment.sorted { $0.key < $1.key }
        .map { ServiceDefinition.Variable($0.key, $0.value) }
      service.workingDirectory = "/var/snap/\(instance)/\(revision)"
      service.mountUnit = MountUnit.image(instance: instance.description, revision: revision.description).name
      service.after = app.after.map { UnitName.service(instance: instance.description, app: $0.description) }
      service.before = app.before.map { UnitName.service(instance: instance.description, app: $0.description) }
      if app.stopCommand != nil { service.stopCommand = snapRun + ["--command=stop", target] }
      if app.reloadCommand != nil { service.reloadCommand = snapRun + ["--command=reload", target] }
      if app.postStopCommand != nil { service.postStopCommand = snapRun + ["--command=post-stop", target] }
      service.restart = app.restartCondition.flatMap { RestartCondition(yaml: $0.rawValue) }
      service.restartDelay = app.restartDelay
      service.successExitStatus = app.successExitStatus
      service.stopTimeout = app.stopTimeout
      service.startTimeout = app.startTimeout
      service.watchdogTimeout = app.watchdogTimeout
      service.stopMode = app.stopMode.flatMap { StopMode(yaml: $0.rawValue) }
      service.busName = app.busName
      let grants = parts.grants(for: SecurityTag.app(app.name, of: instance))
      service.snippets = grants.serviceDirectives.map { "\($0.key)=\($0.value)" }
      service.devices = devices(of: grants, confinement)
      return service
    }
  }

  /// `foo` for the app that is named like its snap, `foo.bar` for others.
  func commandName(_ instance: InstanceName, _ app: AppInfo) -> String {
    app.name.description == instance.name.description ? instance.description : "\(instance).\(app.name)"
  }
}
