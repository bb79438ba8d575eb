internal import API
internal import ByteText
internal import FoundationEssentials
internal import Host
internal import Overlord
internal import Snap
internal import SnapManager
internal import Time

/// `/v2/apps` and `/v2/logs`.
extension DaemonService {
  /// `GET /v2/apps?names=a,b.c&select=service`.
  func listApps(_ request: Request) async throws -> Answer {
    let servicesOnly: Bool
    switch request.query["select"] {
    case nil, "": servicesOnly = false
    case "service": servicesOnly = true
    default: throw APIFailure.badRequest("invalid select parameter: \"\(request.query["select"] ?? "")\"")
    }
    return try .sync(try apps(named: request.lists("names"), servicesOnly: servicesOnly).map(\.json))
  }

  /// `POST /v2/apps` with start, stop or restart.
  func controlApps(_ request: Request) async throws -> Answer {
    let instruction: AppInstruction
    do {
      instruction = try JSONDecoder().decode(AppInstruction.self, from: Data(request.body))
    } catch {
      throw APIFailure.badRequest("cannot decode request body into service operation: invalid JSON")
    }
    guard ["start", "stop", "restart"].contains(instruction.action) else {
      throw APIFailure.badRequest("unknown action \"\(instruction.action)\"")
    }
    guard !instruction.names.isEmpty else {
      throw APIFailure.badRequest("cannot perform operation on services without a list of services to operate on")
    }
    throw APIFailure.badRequest("cannot \(instruction.action) services: not supported yet")
  }

  /// `GET /v2/logs?names=…&n=…`, as a JSON sequence (RFC 7464).
  func showLogs(_ request: Request) async throws -> Answer {
    if request.query["follow"] == "true" { throw APIFailure.badRequest("following logs is not supported yet") }
    let count: Int?
    switch request.query["n"] {
    case nil, "": count = 10
    case "-1", "all": count = nil
    case let text?:
      guard let number = Int(text), number >= 0 else {
        throw APIFailure.badRequest("invalid value for n: \"\(text)\"")
      }
      count = number
    }
    let services = try apps(named: request.lists("names"), servicesOnly: true)
    let units = services.map { UnitName.service(instance: $0.instance.description, app: $0.json.name) }
    var body: [UInt8] = []
    for entry in try overlord.services.logs(units, last: count) {
      let time = Timestamp(
        seconds: entry.microseconds / 1_000_000, nanoseconds: Int32(entry.microseconds % 1_000_000 * 1000))
      body.append(0x1E)
      body += try Answer.json(
        LogJSON(timestamp: time, message: entry.message, sid: entry.identifier, pid: "\(entry.pid)"))
      body.append(0x0A)
    }
    return .bytes(body, contentType: "application/json-seq")
  }

  private struct FoundApp {
    var instance: InstanceName
    var json: AppJSON
  }

  /// The apps of the installed snaps, or of those that `snap` or `snap.app` names; by snap and app.
  private func apps(named names: [String], servicesOnly: Bool) throws -> [FoundApp] {
    let installed = overlord.snaps.installed()
    for name in names {
      let parts = name.byteSplit(".", maxSplits: 1).map(String.init)
      let snap = parts.first ?? name
      guard let found = installed.first(where: { $0.instance.description == snap }) else {
        throw APIFailure(404, "snap \"\(snap)\" not found", kind: .snapNotFound, value: .string(snap))
      }
      let apps = found.info.apps.filter { !servicesOnly || $0.daemon != nil }
      if parts.count > 1, !apps.contains(where: { $0.name.description == parts[1] }) {
        let what = servicesOnly ? "service" : "app"
        throw APIFailure(404, "snap \"\(snap)\" has no \(what) \"\(parts[1])\"", kind: .appNotFound)
      }
      if servicesOnly, apps.isEmpty {
        throw APIFailure(404, "snap \"\(snap)\" has no services", kind: .appNotFound)
      }
    }
    var found: [FoundApp] = []
    let desktopFiles = overlord.snaps.desktopFiles()
    for (instance, info) in installed {
      for app in info.apps.sorted(by: { $0.name < $1.name }) where !servicesOnly || app.daemon != nil {
        let wanted = names.isEmpty || names.contains(instance.description) || names.contains("\(instance).\(app.name)")
        if wanted {
          found.append(
            FoundApp(
              instance: instance,
              json: AppJSON(app, of: instance, desktopFile: desktopFiles[instance.description]?[app.name.rawValue])))
        }
      }
    }
    var json = found.map(\.json)
    try overlord.services.tellActivity(of: &json)
    return zip(found, json).map { FoundApp(instance: $0.instance, json: $1) }
  }
}

extension AppJSON {
  /// What an app is; how it is doing is asked of the host.
  init(_ app: AppInfo, of instance: InstanceName, desktopFile: String? = nil) {
    self.init(snap: instance.description, name: app.name.description)
    self.desktopFile = desktopFile ?? ""
    commonID = app.commonID ?? ""
    guard let daemon = app.daemon else { return }
    self.daemon = daemon.rawValue
    daemonScope = app.daemonScope.rawValue
  }
}

extension ServiceManager {
  /// Fills in which services are enabled and active now, with one question for all of them.
  func tellActivity(of apps: inout [AppJSON]) throws {
    let services = apps.indices.filter { apps[$0].daemonScope == AppInfo.Scope.system.rawValue }
    guard !services.isEmpty else { return }
    let status = try status(services.map { UnitName.service(instance: apps[$0].snap, app: apps[$0].name) })
    for (index, status) in zip(services, status) {
      apps[index].enabled = status.isEnabled
      apps[index].active = status.isActive
    }
  }
}
