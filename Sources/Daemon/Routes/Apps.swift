internal import API
internal import FoundationEssentials
internal import Host
internal import Overlord
internal import Snap
internal import SnapManager

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
      let time = API.Timestamp(
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

  /// The apps of the active snaps, or of those that `snap` or `snap.app` names.
  private func apps(named names: [String], servicesOnly: Bool) throws -> [FoundApp] {
    var found: [FoundApp] = []
    let installed = try overlord.snaps.active()
    for name in names {
      let snap = name.split(separator: ".", maxSplits: 1).first.map(String.init) ?? name
      guard installed.contains(where: { $0.instance.description == snap }) else {
        throw APIFailure(404, "snap \"\(snap)\" not found", kind: .snapNotFound, value: .string(snap))
      }
    }
    for (instance, info) in installed {
      for app in info.apps where !servicesOnly || app.daemon != nil {
        let wanted = names.isEmpty || names.contains(instance.description) || names.contains("\(instance).\(app.name)")
        if wanted { found.append(FoundApp(instance: instance, json: try appJSON(app, of: instance))) }
      }
    }
    for name in names where name.contains(".") {
      guard found.contains(where: { "\($0.instance).\($0.json.name)" == name }) else {
        throw APIFailure(404, "snap \"\(name)\" has no such app", kind: .appNotFound, value: .string(name))
      }
    }
    return found
  }

  private func appJSON(_ app: AppInfo, of instance: InstanceName) throws -> AppJSON {
    var json = AppJSON(snap: instance.description, name: app.name.description)
    json.commonID = app.commonID ?? ""
    guard let daemon = app.daemon else { return json }
    json.daemon = daemon.rawValue
    json.daemonScope = app.daemonScope.rawValue
    if app.daemonScope == .system {
      let unit = UnitName.service(instance: instance.description, app: app.name.description)
      if let status = try overlord.services.status([unit]).first {
        json.enabled = status.isEnabled
        json.active = status.isActive
      }
    }
    return json
  }
}
