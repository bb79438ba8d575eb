internal import ByteText
internal import FoundationEssentials
internal import Host
public import SessionAgents

/// What an agent answers. Source: `spec/features.md` §1, "`snap userd`".
public struct AgentRoutes: Sendable {
  /// Shows something to the user: title, text, desktop entry for the icon, seconds.
  public struct Notification: Hashable, Sendable {
    public var identifier: String
    public var title: String
    public var body: String
    public var icon: String
    public var desktopEntry: String
    public var isUrgent = false
  }

  private let version: String
  private let host: @Sendable () throws -> any SessionServiceHost
  private let show: @Sendable (Notification) throws -> Void

  /// - Parameters:
  ///   - host: what runs services, asked for when it is needed.
  ///   - show: shows a notification.
  public init(
    version: String, host: @escaping @Sendable () throws -> any SessionServiceHost,
    show: @escaping @Sendable (Notification) throws -> Void
  ) {
    self.version = version
    self.host = host
    self.show = show
  }

  /// Most services in one request.
  static let mostServices = 1000

  public func answer(_ request: HTTPMessage) -> HTTPMessage {
    let words = request.words
    guard words.count == 3, words[2].hasBytePrefix("HTTP/1.") else {
      return Self.refuse(400, "cannot read the request")
    }
    let parts = words[1].byteSplit("?", maxSplits: 1, keepingEmpty: true)
    let (path, query) = (String(parts[0]), parts.count > 1 ? String(parts[1]) : "")
    switch (words[0], path) {
    case ("GET", "/v1/session-info"): return Self.done(SessionInfo(version: version))
    case ("POST", "/v1/service-control"): return control(request)
    case ("GET", "/v1/service-status"): return status(query)
    case ("POST", "/v1/notifications/pending-refresh"): return pending(request)
    case ("POST", "/v1/notifications/finish-refresh"): return finished(request)
    case (_, "/v1/session-info"), (_, "/v1/service-control"), (_, "/v1/service-status"),
      (_, "/v1/notifications/pending-refresh"), (_, "/v1/notifications/finish-refresh"):
      return Self.refuse(405, "method \"\(words[0])\" not allowed")
    default: return Self.refuse(404, "not found")
    }
  }

  // MARK: Services

  private func control(_ request: HTTPMessage) -> HTTPMessage {
    let instruction: AgentInstruction
    switch decode(request, as: AgentInstruction.self) {
    case .success(let value): instruction = value
    case .failure(let refusal): return refusal.answer
    }
    guard let action = AgentInstruction.Action(rawValue: instruction.action) else {
      return Self.refuse(400, "unknown action \(instruction.action)")
    }
    guard instruction.services.count <= Self.mostServices else { return Self.refuse(400, "too many services") }
    do {
      let host = try host()
      if action == .daemonReload {
        guard instruction.services.isEmpty else {
          return Self.refuse(400, "daemon-reload should not be called with any services")
        }
        try host.reloadDefinitions()
        return Self.done(AgentNothing?.none)
      }
      let verb = action == .reload ? "restart" : action.rawValue
      for name in instruction.services where !Self.isSnapUnit(name) {
        return Self.refuse(500, "cannot \(verb) non-snap service \(name)")
      }
      switch action {
      case .start: return start(instruction, host)
      case .stop: return stop(instruction, host)
      case .restart: return restart(instruction, host) { try host.restart($0) }
      case .reload: return restart(instruction, host) { try host.reloadOrRestart($0) }
      case .daemonReload: return Self.refuse(500, "internal error")
      }
    } catch {
      return Self.refuse(500, "\(error)")
    }
  }

  /// All or none: what was started is stopped again when another one fails.
  private func start(_ instruction: AgentInstruction, _ host: any SessionServiceHost) -> HTTPMessage {
    var started: [String] = []
    for name in instruction.services {
      do {
        if instruction.enable == true { try host.enable(name) }
        try host.start(name)
        started.append(name)
      } catch {
        var stops: [String: String] = [:]
        for name in started.reversed() {
          do { try host.stop(name) } catch { stops[name] = "\(error)" }
        }
        return Self.refuse(
          500, "some user services failed to start", .serviceControl, .init(start: [name: "\(error)"], stop: stops))
      }
    }
    return Self.done(AgentNothing?.none)
  }

  private func stop(_ instruction: AgentInstruction, _ host: any SessionServiceHost) -> HTTPMessage {
    var failures: [String: String] = [:]
    for name in instruction.services {
      do {
        if instruction.disable == true { try host.disable(name) }
        try host.stop(name)
      } catch ServiceError.unknown {
        // Not known to the session: nothing runs.
      } catch {
        failures[name] = "\(error)"
      }
    }
    if failures.isEmpty { return Self.done(AgentNothing?.none) }
    return Self.refuse(500, "some user services failed to stop", .serviceControl, .init(stop: failures))
  }

  private func restart(
    _ instruction: AgentInstruction, _ host: any SessionServiceHost, _ act: (String) throws -> Void
  ) -> HTTPMessage {
    var failures: [String: String] = [:]
    var names = instruction.services
    if let explicit = instruction.explicit {
      // One whose state cannot be told is tried, and its failure told.
      names = names.filter { name in
        explicit.contains(name) || (try? host.status([name]).first?.active) ?? true
      }
    }
    for name in names {
      do { try act(name) } catch { failures[name] = "\(error)" }
    }
    if failures.isEmpty { return Self.done(AgentNothing?.none) }
    return Self.refuse(
      500, "some user services failed to restart or reload", .serviceControl, .init(restart: failures))
  }

  private func status(_ query: String) -> HTTPMessage {
    var names: [String] = []
    for part in query.byteSplit("&") {
      guard let list = part.bytes(after: "services=") else { continue }
      // Broken escapes are no names of units, either.
      names += (PercentCoding.decode(list.utf8) ?? String(list)).byteSplit(",").map(String.init)
    }
    guard names.count <= Self.mostServices else { return Self.refuse(400, "too many services") }
    for name in names where !Self.isSnapUnit(name) {
      return Self.refuse(500, "cannot query non-snap service \(name)")
    }
    do {
      return Self.done(try host().status(names))
    } catch {
      return Self.refuse(
        500, "some services failed to report status", .serviceStatus,
        .init(status: names.reduce(into: [:]) { $0[$1] = "\(error)" }))
    }
  }

  /// A unit of a snap, and nothing else that the user's systemd has.
  static func isSnapUnit(_ name: String) -> Bool {
    name.hasBytePrefix("snap.") && UnitName.isValid(name)
      && [".service", ".socket", ".timer"].contains { name.hasByteSuffix($0) }
  }

  // MARK: Notifications

  private func pending(_ request: HTTPMessage) -> HTTPMessage {
    switch decode(request, as: PendingRefresh.self) {
    case .failure(let refusal): return refusal.answer
    case .success(let pending):
      var text = "Close the application to update now."
      var urgent = false
      if let left = pending.timeRemaining, left > 0 {
        let minutes = left / 60_000_000_000
        let (days, hours) = (minutes / 1440, minutes / 60)
        if days > 0 {
          text += " It will update automatically in \(days) \(days == 1 ? "day" : "days")."
        } else if hours > 0 {
          text += " It will update automatically in \(hours) \(hours == 1 ? "hour" : "hours")."
        } else {
          text += " It will update automatically in \(minutes) \(minutes == 1 ? "minute" : "minutes")."
          urgent = true
        }
      } else if pending.timeRemaining != nil {
        text = "It is being updated now."
        urgent = true
      }
      return notify(
        Notification(
          identifier: pending.instanceName, title: "Update available for \(pending.instanceName).", body: text,
          icon: "", desktopEntry: pending.busyAppDesktopEntry ?? "", isUrgent: urgent))
    }
  }

  private func finished(_ request: HTTPMessage) -> HTTPMessage {
    switch decode(request, as: FinishedRefresh.self) {
    case .failure(let refusal): return refusal.answer
    case .success(let finished):
      return notify(
        Notification(
          identifier: finished.instanceName, title: "\(finished.instanceName) was updated.", body: "Ready to launch.",
          icon: "", desktopEntry: ""))
    }
  }

  private func notify(_ notification: Notification) -> HTTPMessage {
    do {
      try show(notification)
      return Self.done(AgentNothing?.none)
    } catch {
      return Self.refuse(500, "cannot send notification message: \(error)")
    }
  }

  // MARK: Answers

  private struct Refusal: Error { var answer: HTTPMessage }

  private func decode<Body: Decodable>(_ request: HTTPMessage, as type: Body.Type) -> Result<Body, Refusal> {
    let kind = request.headers["content-type"] ?? ""
    guard kind.byteSplit(";").first?.hasSameBytes(as: "application/json") ?? false else {
      return .failure(Refusal(answer: Self.refuse(400, "unknown content type: \(kind)")))
    }
    do {
      return .success(try JSONDecoder().decode(type, from: Data(request.body)))
    } catch {
      return .failure(
        Refusal(answer: Self.refuse(400, "cannot decode request body into \(Self.name(of: type)): invalid JSON")))
    }
  }

  private static func name<Body>(of type: Body.Type) -> String {
    type == AgentInstruction.self ? "service instruction" : "a notification"
  }

  static func done(_ result: some Codable) -> HTTPMessage { message(200, result) }

  static func refuse(
    _ status: Int, _ text: String, _ kind: AgentError.Kind? = nil, _ value: AgentError.Failures? = nil
  ) -> HTTPMessage {
    message(status, AgentError(message: text, kind: kind, value: value))
  }

  private static func message(_ status: Int, _ result: some Codable) -> HTTPMessage {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let body = (try? encoder.encode(AgentEnvelope(status: status, result: result))).map { [UInt8]($0) } ?? []
    return HTTPMessage(
      "HTTP/1.1 \(status) \(HTTPMessage.reason(status))", headers: ["content-type": "application/json"], body: body)
  }
}
