internal import CLinux
internal import Glibc
internal import Linux
internal import Synchronization

/// What other threads ask of the engine's thread.
final class Inbox: Sendable {
  typealias Request = @Sendable (Engine) -> Void

  private let requests = Mutex<[Request]>([])
  let event: OwnedFD

  init() throws { event = try EventCounter.make() }

  func post(_ request: @escaping Request) {
    requests.withLock { $0.append(request) }
    EventCounter.signal(event.raw)
  }

  func take() -> [Request] {
    EventCounter.clear(event.raw)
    return requests.withLock { requests in
      defer { requests = [] }
      return requests
    }
  }
}

/// The supervisor's one thread: owns every service, waits for anything to happen, and lets the services react. It is
/// never touched from another thread: requests come through the inbox.
final class Engine {
  /// Ends a wait as soon as `isDone` says so.
  struct Waiter {
    var isDone: (Engine) -> Result<Void, any Error>?
    var completion: Completion<Void>
  }

  let inbox: Inbox
  let host: ServiceHost
  private(set) var services: [String: Service] = [:]
  var sockets: [String: ListeningSocket] = [:]
  var timers: [String: ServiceTimer] = [:]
  /// Wakes at the next moment of any timer.
  let wallTimer: Int32
  var wallTimerIsSetTo: Int64 = -1
  /// Connected while a service needs to know of names.
  var bus: BusNames?
  var busRetry: Int64 = 0
  var pendingStarts: Set<String> = []
  var pendingStops: Set<String> = []
  private var waiters: [Waiter] = []
  private var stopped = false
  private var nextSweep: Int64 = 0
  private var strangers: Set<ProcessFacts.Identity> = []

  /// How often orphans of running services are collected that nothing else told of.
  private static let sweepInterval: Int64 = 30_000_000_000

  init(inbox: Inbox, host: ServiceHost) {
    self.inbox = inbox
    self.host = host
    wallTimer = cl_wall_timer()
  }

  deinit { if wallTimer >= 0 { close(wallTimer) } }

  // MARK: Requests

  /// Makes a definition known, or replaces it. A running service goes on as it was started.
  func define(_ definition: ServiceDefinition) {
    let service = services[definition.name] ?? Service(definition: definition, host: host)
    service.definition = definition
    services[definition.name] = service
    defineActivators(of: service)
  }

  /// Takes over what an earlier daemon left running.
  func adopt() {
    adoptActivators()
    for name in services.keys.sorted() {
      guard let service = services[name],
        let record = try? RecordFile.read(ServiceRecord.self, at: host.recordPath(of: name))
      else { continue }
      service.adopt(record)
    }
  }

  /// Forgets a service that is down.
  func forget(_ name: String) {
    guard let service = services[name] else { return }
    forgetActivators(of: name)
    service.log.remove()
    host.removeRecord(of: name)
    services[name] = nil
    pendingStarts.remove(name)
    pendingStops.remove(name)
  }

  func start(_ names: [String], completion: Completion<Void>?) {
    let failure = startActivators(names)
    for name in names where services[name] != nil {
      pendingStops.remove(name)
      pendingStarts.insert(name)
      services[name]?.attempt = .pending
      services[name]?.history.forget()
      if let service = services[name], [.running, .exited, .reloading].contains(service.phase) {
        service.attempt = .up
        pendingStarts.remove(name)
      }
    }
    guard let completion else { return }
    waiters.append(
      Waiter(
        isDone: { [failure] engine in
          var failure = failure
          for name in names {
            guard let service = engine.services[name] else { continue }
            if engine.pendingStarts.contains(name) { return nil }
            switch service.attempt {
            case .pending: return nil
            // It is over when it is down.
            case .failed where service.isStopping: return nil
            case .failed(let result):
              let word = result == .success ? "canceled" : result.rawValue
              failure = failure ?? .failed(action: "start", name: name, result: word)
            case .up, .none: continue
            }
          }
          return failure.map { .failure($0) } ?? .success(())
        }, completion: completion))
  }

  func stop(_ names: [String], completion: Completion<Void>) {
    for name in names {
      // First what would start it again.
      sockets[name]?.stop()
      timers[name]?.stop()
    }
    for name in names {
      pendingStarts.remove(name)
      if let service = services[name], !service.isDown { pendingStops.insert(name) }
    }
    waiters.append(
      Waiter(
        isDone: { engine in
          for name in names {
            if engine.pendingStops.contains(name) { return nil }
            // One that is started anew meanwhile was down in between.
            if let service = engine.services[name], service.isStopping, service.stopAsked { return nil }
          }
          return .success(())
        }, completion: completion))
  }

  /// - Returns: the services that cannot reload and must be restarted.
  func reload(_ names: [String], completion: Completion<Void>) -> [String] {
    let rest = names.filter { services[$0]?.reload() == false }
    let reloading = names.filter { !rest.contains($0) }
    waiters.append(
      Waiter(
        isDone: { engine in
          for name in reloading {
            guard let service = engine.services[name] else { continue }
            if service.phase == .reloading { return nil }
            if !service.reloadResult {
              return .failure(ServiceError.failed(action: "reload", name: name, result: "exit-code"))
            }
          }
          return .success(())
        }, completion: completion))
    return rest
  }

  func status(_ name: String, isEnabled: Bool) -> ServiceStatus {
    if let status = activatorStatus(name, isEnabled: isEnabled) { return status }
    guard let service = services[name] else { return ServiceStatus(name: name, isInstalled: false) }
    return ServiceStatus(
      name: name, isInstalled: true, activity: service.activity, isEnabled: isEnabled, mainPID: service.main?.pid,
      exitStatus: service.exitStatus, result: service.result.rawValue, statusText: service.statusText)
  }

  func end() { stopped = true }

  // MARK: The loop

  enum Source {
    case inbox, wallTimer, main(Service), control(Service), notify(Service), log(Service), socket(ListeningSocket),
      holder(ListeningSocket), bus
  }

  func run() {
    while true {
      for request in inbox.take() { request(self) }
      settle()
      if services.values.contains(where: \.leftOrphans) { sweep() }
      if stopped { break }
      wait()
    }
    for service in services.values { service.log.drain(pid: service.main?.pid ?? 0) }
    for waiter in waiters {
      waiter.completion.deliver(.failure(ServiceError.unreachable(reason: "the daemon is shutting down")))
    }
    waiters = []
    // Now, not some time later: the next supervisor may be made the moment this one says that it ended.
    services = [:]
    sockets = [:]
    timers = [:]
    bus = nil
  }

  private func wait() {
    var sources: [Source] = [.inbox]
    var descriptors = [pollfd(fd: inbox.event.raw, events: Int16(POLLIN), revents: 0)]
    func add(_ source: Source, _ fd: Int32, _ events: Int16) {
      sources.append(source)
      descriptors.append(pollfd(fd: fd, events: events, revents: 0))
    }
    func add(_ source: Source, _ fd: Int32) { add(source, fd, Int16(POLLIN)) }
    var earliest: Int64?
    for service in services.values {
      // Words before ends: what a service said before it died is in its log, and its READY counts.
      if service.log.descriptor >= 0 { add(.log(service), service.log.descriptor) }
      if let notify = service.notify { add(.notify(service), notify.descriptor.raw) }
      if let main = service.main { add(.main(service), main.descriptor.raw) }
      if let control = service.control { add(.control(service), control.descriptor.raw) }
      for deadline in service.deadlines.values { earliest = min(earliest ?? deadline, deadline) }
      if service.group != nil, !service.isDown { earliest = min(earliest ?? nextSweep, nextSweep) }
    }
    watchActivators(&earliest, add)
    watchBus(&earliest, add)
    var timeout: Int32 = -1
    if let earliest {
      timeout = Int32(clamping: max(0, (earliest - host.now() + 999_999) / 1_000_000))
    }
    let ready = poll(&descriptors, nfds_t(descriptors.count), timeout)
    if ready > 0 {
      for (source, descriptor) in zip(sources, descriptors) where descriptor.revents != 0 { handle(source) }
    }
    let now = host.now()
    for service in services.values {
      let passed = service.deadlines.filter { $0.value <= now }.sorted { $0.value < $1.value }
      // One may cancel the others.
      for (deadline, time) in passed where service.deadlines[deadline] == time { service.deadlinePassed(deadline) }
    }
    if now >= nextSweep {
      nextSweep = now + Self.sweepInterval
      sweep(withStrangers: true)
    }
  }

  /// Reaps what services left behind.
  private func sweep(withStrangers: Bool = false) {
    var sessions: Set<Int32> = []
    var tracked: Set<Int32> = []
    for service in services.values {
      service.leftOrphans = false
      sessions.formUnion(service.group?.sessions ?? [])
      for process in [service.main, service.control] {
        if let process { tracked.insert(process.pid) }
      }
    }
    for socket in sockets.values { if let holder = socket.holder { tracked.insert(holder.pid) } }
    guard !sessions.isEmpty else { return }
    let next = ProcessGroup.reapOrphans(
      sessions: sessions, controlGroups: host.controlGroups, tracked: tracked,
      strangers: withStrangers ? strangers : nil)
    if withStrangers { strangers = next }
  }

  private func handle(_ source: Source) {
    switch source {
    // Looked at before each wait.
    case .inbox, .bus: break
    case .wallTimer: wallTimerRang()
    case .socket(let socket): trigger(socket.service)
    case .holder(let socket): socket.checkHolder()
    case .log(let service): service.log.drain(pid: service.main?.pid ?? 0)
    case .notify(let service): drainNotify(service)
    case .main(let service):
      drainNotify(service)
      service.checkMain()
    case .control(let service): service.checkControl()
    }
  }

  private func drainNotify(_ service: Service) {
    // Bounded: a service that floods its socket must not keep the others waiting.
    for _ in 0..<64 {
      guard let (message, pid) = service.notify?.receive() else { return }
      service.receive(message, from: pid)
    }
  }

  /// Starts and stops whatever has nothing left to wait for, then answers those whose wait is over.
  private func settle() {
    checkNames()
    while startReady() || stopReady() {}
    waiters.removeAll { waiter in
      guard let result = waiter.isDone(self) else { return false }
      waiter.completion.deliver(result)
      return true
    }
  }
}
