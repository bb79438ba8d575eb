internal import Artefacts
internal import ByteText
internal import Host
internal import Permissions
internal import Snap

extension SnapManager {
  /// What the host must run for a snap: its services, with what starts them.
  ///
  /// - Parameters:
  ///   - revision: the one being linked, for its mount unit, working directory and sockets.
  ///   - parts: what its plugs and slots give.
  ///   - vitalityRank: the place of the snap in `resilience.vitality-hint`, from 1; nil when it is not named there.
  func serviceDefinitions(
    _ info: SnapInfo, in instance: InstanceName, _ revision: Revision, _ flags: SnapFlags, parts: [GrantPart],
    vitalityRank: Int?
  ) throws -> [ServiceDefinition] {
    let confinement = flags.effective(info.confinement)
    return try info.apps.compactMap { app in
      guard var service = try definition(of: app, info, instance, revision) else { return nil }
      // Source: `spec/features.md` §8, "resilience.vitality-hint".
      service.oomScoreAdjust = vitalityRank.map { -900 + $0 }
      let grants = parts.grants(for: SecurityTag.app(app.name, of: instance))
      service.snippets = grants.serviceDirectives.map { "\($0.key)=\($0.value)" }
      service.devices = devices(of: grants, confinement)
      return service
    }
  }

  /// What `snap.yaml` says of one service; nil for an app that is none.
  private func definition(
    of app: AppInfo, _ info: SnapInfo, _ instance: InstanceName, _ revision: Revision
  ) throws -> ServiceDefinition? {
    guard let daemon = app.daemon else { return nil }
    let target = commandName(instance, app)
    let timer = app.timer.map { ["--timer=\($0)"] } ?? []
    var service = ServiceDefinition(
      instance: instance.description, app: app.name.description, command: snapRun + timer + [target])
    service.scope = app.daemonScope == .system ? .system : .user
    service.type = ServiceType(rawValue: daemon.rawValue) ?? .simple
    service.environment = serviceEnvironment.sorted { $0.key < $1.key }
      .map { ServiceDefinition.Variable($0.key, $0.value) }
    service.workingDirectory = "/var/snap/\(instance)/\(revision)"
    // What runs in a session cannot wait for units of the machine.
    if service.scope == .system {
      service.mountUnit = MountUnit.image(instance: instance.description, revision: revision.description).name
    }
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
    service.activatesOn = app.activatesOn.compactMap { info.busName(ofSlot: $0) }
    service.busName = app.busName ?? (daemon == .dbus ? service.activatesOn.last : nil)
    service.timer = try app.timer.map { try TimerDefinition(schedule: $0, of: service.identifier) }
    service.sockets = app.sockets.map { socket in
      SocketDefinition(
        name: socket.name, listenStream: socket.address(of: app.daemonScope, instance, revision), mode: socket.mode)
    }
    return service
  }

  /// `foo` for the app that is named like its snap, `foo.bar` for others.
  func commandName(_ instance: InstanceName, _ app: AppInfo) -> String {
    app.name.description == instance.name.description ? instance.description : "\(instance).\(app.name)"
  }
}

extension AppInfo.Socket {
  /// Where the socket is: variables of the snap replaced by what they stand for, as seen from the root. A user's own
  /// places are said in systemd's specifiers (systemd.unit(5)), which the manager of the session knows.
  func address(of scope: AppInfo.Scope, _ instance: InstanceName, _ revision: Revision) -> String {
    let places: [(variable: String, place: String)] =
      switch scope {
      case .system:
        [
          ("$SNAP_DATA/", "/var/snap/\(instance)/\(revision)/"), ("$SNAP_COMMON/", "/var/snap/\(instance)/common/"),
          ("$XDG_RUNTIME_DIR/", "/run/user/0/snap.\(instance)/"),
        ]
      case .user:
        [
          ("$SNAP_USER_DATA/", "%h/snap/\(instance)/\(revision)/"),
          ("$SNAP_USER_COMMON/", "%h/snap/\(instance)/common/"), ("$XDG_RUNTIME_DIR/", "%t/snap.\(instance)/"),
        ]
      }
    for (variable, place) in places {
      if let rest = listenStream.bytes(after: variable) { return place + rest }
    }
    return listenStream
  }
}
