internal import ByteText
internal import CSystemd
internal import Glibc
internal import Linux

/// Systemd, over its bus.
///
/// Units are files in `/etc/systemd/system`; what starts with the machine are links that are made directly, so that
/// neither a new mount nor enabling needs systemd to reload. It reloads only when a unit that it has in memory changed:
/// new units it finds by itself when they are started.
public struct SystemdServiceManager: ServiceManager {
  public let name = "systemd"
  let files: UnitFiles
  /// Units of every user's session. What runs of them, each user's own systemd knows.
  let userFiles: UnitFiles
  /// Below another root, only files are written: systemd of this machine has nothing to do with it.
  let isLive: Bool

  public init(directories: Directories) {
    files = UnitFiles(directory: directories.systemUnits, directories: directories)
    userFiles = UnitFiles(directory: directories.userUnits, directories: directories)
    isLive = directories.prefix.isEmpty
  }

  // MARK: Mounts

  public func setMountUnit(_ unit: MountUnit) throws {
    guard UnitName.isValid(unit.name) else { throw ServiceError.invalidName(unit.name) }
    _ = try files.write(unit.render(), to: unit.name)
    for target in MountUnit.wantedBy { try files.want(unit.name, by: target) }
  }

  public func removeMountUnit(instance: String, revision: String) throws {
    let name = UnitName.mount(path: MountUnit.mountPoint(instance: instance, revision: revision))
    guard UnitName.isValid(name) else { throw ServiceError.invalidName(name) }
    for target in MountUnit.wantedBy { try files.unwant(name, by: target) }
    _ = try files.remove(name)
  }

  public func mountUnits() throws -> [MountUnit] {
    guard files.exists("") else { return [] }
    return try Files.list(files.directory).filter { $0.hasPrefix("snap-") && $0.hasSuffix(".mount") }.sorted()
      .compactMap { name in files.text(of: name).flatMap(MountUnit.init(text:)) }
  }

  // MARK: Definitions

  public func setServices(_ services: [ServiceDefinition], of instance: String) throws {
    try writeUserUnits(of: services.filter { $0.scope == .user }, in: instance)
    let units = try Self.units(of: services.filter { $0.scope == .system }, in: instance)
    let wanted = Set(units.map(\.name))
    let gone = try files.names(of: instance).filter { !wanted.contains($0) }
    var changed: [String] = []
    for unit in units where try files.write(unit.text, to: unit.name) { changed.append(unit.name) }
    // Whatever starts a service goes down before the service.
    for name in gone.sorted(by: { !Self.isService($0) && Self.isService($1) }) {
      if isLive { try stopIfLoaded(name) }
      try files.unwant(name, by: Self.target(of: name, .system))
      if try files.remove(name) { changed.append(name) }
    }
    if isLive, !changed.isEmpty { try reloadIfNeeded(changed, gone: Set(gone)) }
  }

  private func writeUserUnits(of services: [ServiceDefinition], in instance: String) throws {
    let units = try Self.units(of: services, in: instance)
    let wanted = Set(units.map(\.name))
    for unit in units { _ = try userFiles.write(unit.text, to: unit.name) }
    for name in try userFiles.names(of: instance) where !wanted.contains(name) {
      try userFiles.unwant(name, by: Self.target(of: name, .user))
      _ = try userFiles.remove(name)
    }
  }

  private static func units(
    of services: [ServiceDefinition], in instance: String
  ) throws -> [(name: String, text: String)] {
    let units = services.flatMap { $0.units() }
    for unit in units where !unit.name.hasPrefix("snap.\(instance).") || !UnitName.isValid(unit.name) {
      throw ServiceError.invalidName(unit.name)
    }
    return units
  }

  /// systemd compares times of files when it is asked; a unit it never loaded needs no reload.
  private func reloadIfNeeded(_ names: [String], gone: Set<String>) throws {
    let bus = try SystemdBus()
    for name in names {
      guard let unit = bus.unit(name, loading: !gone.contains(name)) else { continue }
      let state = bus.string(unit, "LoadState")
      if gone.contains(name) ? state == "loaded" : state != "loaded" || bus.bool(unit, "NeedDaemonReload") != false {
        return try bus.reloadManager()
      }
    }
  }

  private func stopIfLoaded(_ name: String) throws {
    let bus = try SystemdBus()
    guard bus.unit(name, loading: false) != nil else { return }
    try bus.run(.stop, [name], timeout: Self.stopTimeout)
    bus.resetFailed(name)
  }

  public func services(of instance: String) throws -> [String] {
    try files.names(of: instance).filter { $0.hasSuffix(".service") }
  }

  public func enable(_ names: [String]) throws {
    for name in names {
      guard let (files, scope) = place(of: name) else { throw ServiceError.unknown(name: name) }
      try files.want(name, by: Self.target(of: name, scope))
    }
  }

  public func disable(_ names: [String]) throws {
    for name in names {
      guard UnitName.isValid(name) else { throw ServiceError.unknown(name: name) }
      try files.unwant(name, by: Self.target(of: name, .system))
      try userFiles.unwant(name, by: Self.target(of: name, .user))
    }
  }

  /// Where a unit is; nil when there is none of the name.
  private func place(of name: String) -> (files: UnitFiles, scope: ServiceScope)? {
    guard UnitName.isValid(name) else { return nil }
    if files.exists(name) { return (files, .system) }
    return userFiles.exists(name) ? (userFiles, .user) : nil
  }

  private static func isService(_ name: String) -> Bool { name.hasSuffix(".service") }

  private static func target(of name: String, _ scope: ServiceScope) -> String {
    if name.hasSuffix(".socket") { return "sockets.target" }
    if name.hasSuffix(".timer") { return "timers.target" }
    return scope == .system ? "multi-user.target" : "default.target"
  }

  // MARK: Running

  /// Units have timeouts of their own; these end a wait for a systemd that has lost a job.
  private static let startTimeout = Duration.seconds(3600)
  private static let stopTimeout = Duration.seconds(600)

  public func start(_ names: [String]) throws { try run(.start, names, timeout: Self.startTimeout) }

  public func stop(_ names: [String]) throws { try run(.stop, names, timeout: Self.stopTimeout) }

  public func restart(_ names: [String]) throws { try run(.restart, names, timeout: Self.startTimeout) }

  public func reload(_ names: [String]) throws { try run(.reload, names, timeout: Self.startTimeout) }

  private func run(_ job: SystemdBus.Job, _ names: [String], timeout: Duration) throws {
    guard isLive, !names.isEmpty else { return }
    for name in names where !UnitName.isValid(name) || !files.exists(name) { throw ServiceError.unknown(name: name) }
    let bus = try SystemdBus()
    // Somebody asks, so earlier failures no longer count against the start limit.
    if job != .stop { for name in names { bus.resetFailed(name) } }
    // systemd orders jobs that are queued together, and begins with the first at once: it must not get them before
    // their turn.
    let texts = names.reduce(into: [:]) { $0[$1] = files.text(of: $1) }
    let groups = StartOrder.groups(names, predecessors: StartOrder.predecessors(in: texts))
    var failure: (any Error)?
    for group in job == .stop ? groups.reversed() : groups {
      do {
        try bus.run(job, group, timeout: timeout)
      } catch {
        failure = failure ?? error
      }
    }
    if let failure { throw failure }
  }

  public func status(_ names: [String]) throws -> [ServiceStatus] {
    // Of those of sessions, nothing is known here but what starts with a session.
    var bus: SystemdBusConnection?
    return try names.map { name in
      var status = ServiceStatus(name: name, isInstalled: false)
      guard let (files, scope) = place(of: name) else { return status }
      status.isInstalled = true
      status.isEnabled = files.isWanted(name, by: Self.target(of: name, scope))
      guard isLive, scope == .system else { return status }
      let connection = try bus ?? SystemdBusConnection()
      bus = connection
      Self.fill(&status, from: connection.bus)
      return status
    }
  }

  private static func fill(_ status: inout ServiceStatus, from bus: borrowing SystemdBus) {
    guard let unit = bus.unit(status.name, loading: true) else { return }
    // States this does not know (maintenance) are of no service.
    status.activity = bus.string(unit, "ActiveState").flatMap(ServiceStatus.Activity.init) ?? .inactive
    guard isService(status.name) else { return }
    status.mainPID = bus.unsigned(unit, "MainPID").flatMap { $0 == 0 ? nil : Int32(bitPattern: $0) }
    status.result = bus.string(unit, "Result", of: "Service") ?? "success"
    status.statusText = bus.string(unit, "StatusText", of: "Service") ?? ""
    // CLD_EXITED of waitid(2).
    if status.mainPID == nil, bus.signed(unit, "ExecMainCode") == 1 {
      status.exitStatus = bus.signed(unit, "ExecMainStatus")
    }
  }

  /// One that is made when it is first needed.
  private final class SystemdBusConnection {
    let bus: SystemdBus
    init() throws { bus = try SystemdBus() }
  }

  public func kill(_ names: [String], signal: Int32) throws {
    guard isLive else { return }
    let bus = try SystemdBus()
    for name in names {
      guard UnitName.isValid(name), files.exists(name) else { throw ServiceError.unknown(name: name) }
      // One that is down has nobody to kill.
      guard let unit = bus.unit(name, loading: false), let state = bus.string(unit, "ActiveState"),
        state != "inactive", state != "failed"
      else { continue }
      try bus.kill(name, signal: signal)
    }
  }
}

extension MountUnit {
  /// Reads back a unit that `render()` wrote. `nil` for any other text.
  init?(text: String) {
    var values: [Substring: String] = [:]
    for line in text.byteSplit("\n") {
      guard let equals = line.byteIndex(of: "=") else { continue }
      let key = line[..<equals]
      if values[key] == nil { values[key] = String(line[line.utf8.index(after: equals)...]) }
    }
    guard let description = values["Description"], description.hasPrefix("Mount unit for "),
      let comma = description.range(of: ", revision ")
    else { return nil }
    guard let what = values["What"], let mountPoint = values["Where"], let type = values["Type"],
      let options = values["Options"]
    else { return nil }
    self.init(
      instance: String(description[..<comma.lowerBound].dropFirst("Mount unit for ".count)),
      revision: String(description[comma.upperBound...]), what: what.unescapedPercent,
      where: mountPoint.unescapedPercent,
      type: type, options: options.split(separator: ",").map(String.init), origin: values["X-SnapdOrigin"])
  }
}

extension String {
  /// Undoes `UnitText.escapePercent`.
  fileprivate var unescapedPercent: String {
    var result = ""
    var pending = false
    for scalar in unicodeScalars {
      if scalar == "%" && !pending {
        pending = true
        continue
      }
      pending = false
      result.unicodeScalars.append(scalar)
    }
    return result
  }

  /// Where a text first occurs.
  fileprivate func range(of text: String) -> Range<String.Index>? {
    var start = startIndex
    while start < endIndex {
      if self[start...].hasPrefix(text) { return start..<index(start, offsetBy: text.count) }
      start = index(after: start)
    }
    return nil
  }
}
