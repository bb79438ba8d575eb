internal import CLinux
internal import Glibc
internal import Linux

/// Sockets and timers, and the services that they start.
extension Engine {
  /// Brings what exists to what a definition says. What listens already goes on as it is.
  func defineActivators(of service: Service) {
    let definition = service.definition
    let wanted = Set(definition.activators)
    forgetActivators(of: definition.name, except: wanted)
    service.sockets = definition.sockets.map { socket in
      let name = UnitName.socket(instance: definition.instance, app: definition.app, socket: socket.name)
      let known =
        sockets[name] ?? ListeningSocket(name: name, service: definition.name, definition: socket, host: host)
      known.definition = socket
      sockets[name] = known
      return known
    }
    if let timer = definition.timer {
      let name = UnitName.timer(instance: definition.instance, app: definition.app)
      if let known = timers[name] {
        known.definition = timer
      } else {
        timers[name] = ServiceTimer(name: name, service: definition.name, definition: timer, host: host)
      }
    }
  }

  func forgetActivators(of service: String, except wanted: Set<String> = []) {
    for socket in sockets.values where socket.service == service && !wanted.contains(socket.name) {
      socket.stop()
      sockets[socket.name] = nil
    }
    for timer in timers.values where timer.service == service && !wanted.contains(timer.name) {
      timer.stop()
      timers[timer.name] = nil
    }
  }

  /// Takes over what listened and waited when the last daemon ended.
  func adoptActivators() {
    for socket in sockets.values {
      guard let record = try? RecordFile.read(SocketRecord.self, at: host.recordPath(of: socket.name)) else { continue }
      do {
        try socket.adopt(record)
      } catch {
        services[socket.service]?.log.note("cannot take over \(socket.name): \(error)")
      }
    }
    for timer in timers.values {
      guard let record = try? RecordFile.read(TimerRecord.self, at: host.recordPath(of: timer.name)) else { continue }
      timer.adopt(record)
    }
  }

  /// What starts others is up at once: a service that is started together with its sockets gets them.
  /// - Returns: the first failure.
  func startActivators(_ names: [String]) -> ServiceError? {
    var failure: ServiceError?
    for name in names {
      timers[name]?.start()
      guard let socket = sockets[name] else { continue }
      do {
        try socket.start()
      } catch {
        services[socket.service]?.log.note("cannot start \(name): \(error)")
        failure = failure ?? .failed(action: "start", name: name, result: "resources")
      }
    }
    return failure
  }

  /// Something that starts a service does: a connection, a moment.
  func trigger(_ name: String) {
    guard let service = services[name], service.isDown, !pendingStops.contains(name) else { return }
    pendingStarts.insert(name)
  }

  func activatorStatus(_ name: String, isEnabled: Bool) -> ServiceStatus? {
    if let socket = sockets[name] {
      return ServiceStatus(
        name: name, isInstalled: true, activity: socket.activity, isEnabled: isEnabled,
        result: socket.hasFailed ? "resources" : "success")
    }
    guard let timer = timers[name] else { return nil }
    return ServiceStatus(
      name: name, isInstalled: true, activity: timer.isActive ? .active : .inactive, isEnabled: isEnabled)
  }

  /// Adds what is to be waited for.
  func watchActivators(_ earliest: inout Int64?, _ add: (Source, Int32) -> Void) {
    for socket in sockets.values {
      if let holder = socket.holder { add(.holder(socket), holder.descriptor.raw) }
      guard socket.isListening, let service = services[socket.service], service.isDown,
        !pendingStarts.contains(service.name)
      else { continue }
      if service.triggerAfter > host.now() {
        earliest = min(earliest ?? service.triggerAfter, service.triggerAfter)
      } else {
        add(.socket(socket), socket.descriptor)
      }
    }
    setWallTimer()
    if wallTimer >= 0 { add(.wallTimer, wallTimer) }
  }

  func setWallTimer() {
    let next = timers.values.compactMap(\.next).min().map { $0 - host.clockError } ?? -1
    guard next != wallTimerIsSetTo else { return }
    if cl_wall_timer_set(wallTimer, next) == 0 { wallTimerIsSetTo = next }
  }

  func wallTimerRang() {
    wallTimerIsSetTo = -1
    if cl_wall_timer_clear(wallTimer) != 0 { for timer in timers.values { timer.clockWasSet() } }
    let now = host.wallSeconds()
    for timer in timers.values where timer.isDue(at: now) { trigger(timer.service) }
  }
}
