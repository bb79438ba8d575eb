internal import CLinux
internal import Glibc
public import Linux
internal import Synchronization

/// The service manager inside the daemon, for machines without systemd (containers, WSL, rescue shells).
///
/// Every service runs in a session of its own and, where the unified hierarchy may be written, in a control group of its
/// own. One thread watches them all (`Engine`). Services outlive the daemon: what the next daemon needs to take
/// them over is below `Directories.supervisorRuntime`. README.md tells where this differs from systemd.
public final class Supervisor: ServiceManager {
  public let name = "supervisor"
  let directories: Directories
  private let scope: ServiceScope
  private let host: ServiceHost
  private let inbox: Inbox
  private let ended: Completion<Void>
  /// What is on disk, by instance: definitions and what is enabled.
  private let records: Mutex<[String: InstanceRecord]>

  /// Reads what is defined, takes over services that an earlier daemon started, and begins to watch.
  /// - Throws: when its directories cannot be made or read.
  /// - Parameter scope: whose services it runs; those of the other scope it is given are not its business.
  public convenience init(directories: Directories, scope: ServiceScope = .system) throws {
    try self.init(directories: directories, scope: scope, usingControlGroups: true)
  }

  /// - Parameters:
  ///   - usingControlGroups: tests say no, to see what happens where there are none.
  ///   - clockError: by how many seconds the wall clock is to be wrong.
  init(
    directories: Directories, scope: ServiceScope = .system, usingControlGroups: Bool, clockError: Int64 = 0
  ) throws {
    self.directories = directories
    self.scope = scope
    for path in [directories.supervisor, directories.supervisor + "/mounts", directories.supervisor + "/services"] {
      try Files.makeDirectories(path, mode: 0o755)
    }
    try Files.makeDirectories(directories.logs, mode: 0o750)
    for name in ["state", "log", "notify"] {
      try Files.makeDirectories("\(directories.supervisorRuntime)/\(name)", mode: 0o755)
    }
    host = ServiceHost(
      directories: directories, controlGroups: usingControlGroups ? ControlGroups(directories: directories) : nil,
      bootID: (try? Files.read("/proc/sys/kernel/random/boot_id", limit: 64))
        .map { String(decoding: $0, as: UTF8.self) } ?? "", scope: scope, clockError: clockError)
    var records: [String: InstanceRecord] = [:]
    let folder = directories.supervisor + "/services"
    for file in try Files.list(folder) where file.hasSuffix(".json") {
      records[String(file.dropLast(5))] = try RecordFile.read(InstanceRecord.self, at: "\(folder)/\(file)")
    }
    let definitions = records.values.flatMap(\.services)
    self.records = Mutex(records)

    let inbox = try Inbox()
    let ended = try Completion<Void>()
    self.inbox = inbox
    self.ended = ended
    let host = host
    inbox.post { engine in
      for definition in definitions { engine.define(definition) }
      engine.adopt()
    }
    try startThread(named: "supervisor") {
      Engine(inbox: inbox, host: host).run()
      ended.deliver(.success(()))
    }
  }

  deinit { inbox.post { $0.end() } }

  /// Starts the enabled services, once in the life of the machine: to be called whenever the daemon starts, after
  /// all snaps are mounted. It does not wait for them. A service that somebody stopped stays down when the
  /// daemon is only started anew.
  public func startEnabled() throws {
    let marker = directories.supervisorRuntime + "/started"
    let bootID = Array(host.bootID.utf8)
    if !bootID.isEmpty, (try? Files.read(marker, limit: 64)) == bootID { return }
    let names = records.withLock { records in
      records.values.flatMap { record in
        record.services.flatMap(\.activeUnits).filter(record.enabled.contains)
      }
    }
    try ask { engine in engine.start(names, completion: nil) }
    try Files.writeAtomically(bootID, to: marker, mode: 0o600)
  }

  /// Stops watching. Services keep running for the next daemon, unless asked otherwise: then they are stopped, and
  /// the next daemon starts all enabled ones.
  public func shutdown(stoppingServices: Bool) throws {
    if stoppingServices {
      let names = records.withLock { $0.values.flatMap(\.services).flatMap(\.allUnits) }
      _ = unlink(directories.supervisorRuntime + "/started")
      try stop(names)
    }
    inbox.post { $0.end() }
    try ended.wait()
    // Those of services that go on are not empty, and stay.
    host.controlGroups?.remove()
  }

  // MARK: Mounts

  public func setMountUnit(_ unit: MountUnit) throws {
    try RecordFile.write(unit, to: try mountPath(instance: unit.instance, revision: unit.revision))
  }

  public func removeMountUnit(instance: String, revision: String) throws {
    try removeFile(try mountPath(instance: instance, revision: revision))
  }

  public func mountUnits() throws -> [MountUnit] {
    let folder = directories.supervisor + "/mounts"
    return try Files.list(folder).filter { $0.hasSuffix(".json") }.sorted().compactMap {
      try RecordFile.read(MountUnit.self, at: "\(folder)/\($0)")
    }
  }

  private func mountPath(instance: String, revision: String) throws -> String {
    let name = "\(instance)_\(revision).json"
    guard UnitName.isValid(name) else { throw ServiceError.invalidName(name) }
    return "\(directories.supervisor)/mounts/\(name)"
  }

  // MARK: Definitions

  public func setServices(_ services: [ServiceDefinition], of instance: String) throws {
    let path = try recordPath(of: instance)
    // Services of user sessions are not for a daemon that runs as root, and the other way round.
    let services = services.filter { $0.scope == scope }
    for service in services {
      guard service.instance == instance, UnitName.isValid(service.name) else {
        throw ServiceError.invalidName(service.name)
      }
    }
    let names = Set(services.flatMap(\.allUnits))
    let old = records.withLock { $0[instance] }
    let gone = old?.services.flatMap(\.allUnits).filter { !names.contains($0) } ?? []
    if !gone.isEmpty { try stop(gone) }
    try records.withLock { records in
      if services.isEmpty {
        try removeFile(path)
        records[instance] = nil
      } else {
        let enabled = (records[instance]?.enabled ?? []).intersection(names)
        let record = InstanceRecord(services: services, enabled: enabled)
        try RecordFile.write(record, to: path)
        records[instance] = record
      }
    }
    try ask { engine in
      for name in gone { engine.forget(name) }
      for service in services { engine.define(service) }
    }
  }

  public func services(of instance: String) throws -> [String] {
    records.withLock { $0[instance]?.services.map(\.name).sorted() ?? [] }
  }

  public func enable(_ names: [String]) throws { try setEnabled(true, names) }
  public func disable(_ names: [String]) throws { try setEnabled(false, names) }

  private func setEnabled(_ enabled: Bool, _ names: [String]) throws {
    try known(names)
    try records.withLock { records in
      for (instance, var record) in records {
        let own = Set(record.services.flatMap(\.allUnits)).intersection(names)
        let next = enabled ? record.enabled.union(own) : record.enabled.subtracting(own)
        guard next != record.enabled else { continue }
        record.enabled = next
        try RecordFile.write(record, to: try recordPath(of: instance))
        records[instance] = record
      }
    }
  }

  private func recordPath(of instance: String) throws -> String {
    let name = instance + ".json"
    guard UnitName.isValid(name) else { throw ServiceError.invalidName(instance) }
    return "\(directories.supervisor)/services/\(name)"
  }

  private func removeFile(_ path: String) throws {
    guard unlink(path) != 0 else { return }
    if errno != ENOENT { throw SyscallError("remove", path: path, errno: errno) }
  }

  // MARK: Running

  public func start(_ names: [String]) throws {
    try known(names)
    try wait { engine, completion in engine.start(names, completion: completion) }
  }

  public func stop(_ names: [String]) throws {
    try known(names)
    try wait { engine, completion in engine.stop(names, completion: completion) }
  }

  public func restart(_ names: [String]) throws {
    try stop(names)
    try start(names)
  }

  public func reload(_ names: [String]) throws {
    try known(names)
    let completion = try Completion<Void>()
    let rest = try ask { engine in engine.reload(names, completion: completion) }
    try completion.wait()
    if !rest.isEmpty { try restart(rest) }
  }

  public func status(_ names: [String]) throws -> [ServiceStatus] {
    let enabled = records.withLock { $0.values.reduce(into: Set<String>()) { $0.formUnion($1.enabled) } }
    return try ask { engine in names.map { engine.status($0, isEnabled: enabled.contains($0)) } }
  }

  public func kill(_ names: [String], signal: Int32) throws {
    try known(names)
    try ask { engine in
      for name in names {
        guard let service = engine.services[name], !service.isDown else { continue }
        service.group?.signal(signal)
      }
    }
  }

  public func logs(_ names: [String], last: Int?) throws -> [LogEntry] {
    try drainLogs(names)
    let entries = Self.inOrder(
      names.flatMap { name in
        UnitName.isValid(name)
          ? ServiceLogFile(path: ServiceLogFile.path(of: name, directories: directories)).entries(last: last) : []
      })
    return last.map { entries.suffix(max(0, $0)) } ?? entries
  }

  /// What is still in the pipes belongs to the logs.
  func drainLogs(_ names: [String]) throws {
    try ask { engine in
      for name in names {
        guard let service = engine.services[name] else { continue }
        service.log.drain(pid: service.main?.pid ?? 0)
      }
    }
  }

  /// In the order of time; lines of one moment as they were.
  static func inOrder(_ entries: [LogEntry]) -> [LogEntry] {
    entries.enumerated().sorted { ($0.element.microseconds, $0.offset) < ($1.element.microseconds, $1.offset) }
      .map(\.element)
  }

  /// Removes the logs of a snap that is gone for good.
  public func removeLogs(of instance: String) throws {
    let prefix = "snap.\(instance)."
    for file in try Files.list(directories.logs) where file.hasPrefix(prefix) {
      // The name of another snap cannot begin alike: a dot ends the name.
      _ = unlink("\(directories.logs)/\(file)")
    }
  }

  // MARK: Asking the engine

  private func known(_ names: [String]) throws {
    let all = records.withLock {
      $0.values.reduce(into: Set<String>()) { $0.formUnion($1.services.flatMap(\.allUnits)) }
    }
    if let name = names.first(where: { !all.contains($0) }) { throw ServiceError.unknown(name: name) }
  }

  private func wait(_ request: @escaping @Sendable (Engine, Completion<Void>) -> Void) throws {
    let completion = try Completion<Void>()
    inbox.post { request($0, completion) }
    try completion.wait()
  }

  @discardableResult
  private func ask<Value: Sendable>(_ request: @escaping @Sendable (Engine) -> Value) throws -> Value {
    let completion = try Completion<Value>()
    inbox.post { completion.deliver(.success(request($0))) }
    return try completion.wait()
  }
}

/// Starts a thread that nobody joins.
public func startThread(named name: String, _ body: @escaping @Sendable () -> Void) throws(SyscallError) {
  final class Body: Sendable {
    let name: String
    let run: @Sendable () -> Void
    init(_ name: String, _ run: @escaping @Sendable () -> Void) {
      self.name = name
      self.run = run
    }
  }
  var thread = pthread_t()
  let body = Unmanaged.passRetained(Body(name, body))
  let status = pthread_create(
    &thread, nil,
    { pointer in
      guard let pointer else { return nil }
      let body = Unmanaged<Body>.fromOpaque(pointer).takeRetainedValue()
      cl_thread_name(body.name)
      body.run()
      return nil
    }, body.toOpaque())
  guard status == 0 else {
    body.release()
    throw SyscallError("start a thread", path: name, errno: status)
  }
  pthread_detach(thread)
}
