internal import API
internal import ByteText
internal import HTTP
internal import Host
internal import Overlord
internal import SessionAgents
internal import Snap
internal import SnapManager

/// `/v2/apps`.
extension DaemonService {
  /// `GET /v2/apps?names=a,b.c&select=service`.
  func listApps(_ request: Request) async throws -> Answer {
    let servicesOnly: Bool
    switch request.query["select"] {
    case nil, "": servicesOnly = false
    case "service": servicesOnly = true
    case let text?: throw APIFailure.badRequest("invalid select parameter: \"\(text)\"")
    }
    let isGlobal: Bool
    switch request.query["global"] {
    case nil, "", "false": isGlobal = false
    case "true": isGlobal = true
    case let text?: throw APIFailure.badRequest("invalid global parameter: \"\(text)\"")
    }
    let desktopFiles = overlord.snaps.desktopFiles()
    var apps = try overlord.snaps.apps(named: request.lists("names"), servicesOnly: servicesOnly).map { found in
      AppJSON(found, desktopFile: desktopFiles[found.instance.description]?[found.app.name.rawValue])
    }
    try overlord.services.tellActivity(of: &apps)
    try overlord.snaps.userServices.tellActivity(of: &apps, inSessionOf: isGlobal ? nil : request.peer.uid)
    return try .sync(apps)
  }

  /// `POST /v2/apps` with start, stop or restart.
  func controlApps(_ request: Request) async throws -> Answer {
    let instruction = try request.decoded(
      AppInstruction.self, orSay: "cannot decode request body into service operation")
    guard !instruction.names.isEmpty else {
      throw APIFailure.badRequest("cannot perform operation on services without a list of services to operate on")
    }
    // Names that stand for nothing are told before what is to be done with them.
    _ = try overlord.snaps.apps(named: instruction.names, servicesOnly: true)
    return .async(
      try overlord.snaps.controlServices(ServiceRequest(instruction), caller: request.peer.uid))
  }
}

extension ServiceRequest {
  init(_ instruction: AppInstruction) throws {
    let verb: ServiceAction.Verb
    switch instruction.action {
    case "start": verb = .start
    case "stop": verb = .stop
    case "restart": verb = instruction.reload ? .reload : .restart
    default: throw APIFailure.badRequest("unknown action \"\(instruction.action)\"")
    }
    self.init(verb, instruction.names, enables: instruction.enable, disables: instruction.disable)
    func invalid(_ expected: String) -> APIFailure {
      .badRequest(
        "cannot decode request body into service operation: cannot unmarshal, expected one of: \(expected)")
    }
    for text in instruction.scope {
      guard let scope = Scope(rawValue: text) else { throw invalid("\"system\", \"user\"") }
      scopes.insert(scope)
    }
    switch instruction.users {
    case nil, .null: break
    case .string("all"): users = .all
    case .string("self"): users = .own
    case .array(let names) where names.allSatisfy({ $0.string != nil }):
      if !names.isEmpty { users = .named(names.compactMap(\.string)) }
    default: throw invalid("\"self\", \"all\"")
    }
  }
}

extension AppJSON {
  init(_ found: FoundApp, desktopFile: String?) {
    self.init(found.app, found.info, of: found.instance, desktopFile: desktopFile)
  }

  /// What an app is; how it is doing is asked of the host.
  init(_ app: AppInfo, _ info: SnapInfo, of instance: InstanceName, desktopFile: String? = nil) {
    self.init(snap: instance.description, name: app.name.description)
    self.desktopFile = desktopFile ?? ""
    commonID = app.commonID ?? ""
    guard let daemon = app.daemon else { return }
    self.daemon = daemon.rawValue
    daemonScope = app.daemonScope.rawValue
    func activator(_ name: String, _ kind: AppActivatorJSON.Kind) -> AppActivatorJSON {
      // Whoever uses a D-Bus name starts its service: that cannot be switched off.
      AppActivatorJSON(name: name, type: kind.rawValue, active: kind == .bus, enabled: kind == .bus)
    }
    activators = app.sockets.map { activator($0.name, .socket) }
    if app.timer != nil { activators.append(activator(app.name.description, .timer)) }
    activators += app.activatesOn.compactMap { info.busName(ofSlot: $0) }.map { activator($0, .bus) }
  }

  /// The units to ask about: the service's first, then those of its sockets and timer, in the order of `activators`.
  fileprivate var units: [String] {
    var units = [UnitName.service(instance: snap, app: name)]
    for activator in activators {
      switch activator.kind {
      case .socket: units.append(UnitName.socket(instance: snap, app: name, socket: activator.name))
      case .timer: units.append(UnitName.timer(instance: snap, app: name))
      case .bus, nil: break
      }
    }
    return units
  }

  /// Takes in how the units are.
  fileprivate mutating func tell(_ status: ArraySlice<ServiceStatus>) {
    guard let service = status.first else { return }
    active = service.isActive
    enabled = service.isEnabled
    guard service.isInstalled else { return activators.removeAll() }
    var rest = status.dropFirst()
    for index in activators.indices where activators[index].kind != .bus {
      guard let unit = rest.popFirst() else { return }
      activators[index].active = unit.isActive
      activators[index].enabled = unit.isEnabled
    }
    // What something else starts is not enabled itself.
    if !activators.isEmpty { enabled = activators.contains(where: \.enabled) }
  }
}

extension UserServices {
  /// Fills in how services of sessions are: in the session of one user, or, without one, what is enabled for all.
  fileprivate func tellActivity(of apps: inout [AppJSON], inSessionOf uid: UInt32?) throws {
    let services = apps.indices.filter { apps[$0].daemonScope == AppInfo.Scope.user.rawValue }
    guard !services.isEmpty else { return }
    let units = services.map { apps[$0].units }
    let told = uid.flatMap { status(units.flatMap { $0 }, of: $0) } ?? []
    let known = Dictionary(told.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    for (index, units) in zip(services, units) {
      let enabled = try enabled(of: apps[index].snap)
      let status = units.map { unit in
        ServiceStatus(
          name: unit, isInstalled: true, activity: known[unit]?.active == true ? .active : .inactive,
          isEnabled: known[unit]?.enabled ?? enabled.contains(unit))
      }
      apps[index].tell(status[...])
    }
  }
}

extension ServiceManager {
  /// Fills in which services are enabled and active now, with one question for all of them.
  func tellActivity(of apps: inout [AppJSON]) throws {
    let services = apps.indices.filter { apps[$0].daemonScope == AppInfo.Scope.system.rawValue }
    guard !services.isEmpty else { return }
    let units = services.map { apps[$0].units }
    var status = try status(units.flatMap { $0 })[...]
    for (index, units) in zip(services, units) {
      apps[index].tell(status.prefix(units.count))
      status = status.dropFirst(units.count)
    }
  }
}
