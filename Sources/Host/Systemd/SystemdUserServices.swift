internal import Glibc
internal import Linux

/// The services of the calling user's session, run by the user's own systemd. Used by the session agent; the units
/// themselves are written by the daemon.
public struct SystemdUserServices: Sendable {
  private let links: UnitFiles
  private let units: UnitFiles

  /// - Parameter configuration: the user's `$XDG_CONFIG_HOME`, for what the user enables or disables.
  public init(directories: Directories, configuration: String) {
    units = UnitFiles(directory: directories.userUnits, directories: directories)
    links = UnitFiles(directory: configuration + "/systemd/user", directories: directories)
  }

  /// Whether the session has a systemd of its own.
  public static var isRunning: Bool { (try? SystemdBus(ofUser: true)) != nil }

  /// Has units read anew.
  public func reloadManager() throws { try SystemdBus(ofUser: true).reloadManager() }

  /// Starts one and waits until it is up.
  public func start(_ name: String) throws { try run(.start, name) }
  /// Stops one and waits.
  public func stop(_ name: String) throws { try run(.stop, name) }
  public func restart(_ name: String) throws { try run(.restart, name) }
  public func reloadOrRestart(_ name: String) throws { try run(.reload, name) }

  /// Starts it with the session from now on: the link of `systemctl --user enable`.
  public func enable(_ name: String) throws {
    guard UnitName.isValid(name), units.exists(name) else { throw ServiceError.unknown(name: name) }
    let folder = links.path(target(of: name) + ".wants")
    try Files.makeDirectories(folder, mode: 0o755)
    try Files.replaceSymlink(at: folder + "/" + name, target: units.path(name))
  }

  public func disable(_ name: String) throws {
    guard UnitName.isValid(name) else { throw ServiceError.unknown(name: name) }
    try links.unwant(name, by: target(of: name))
  }

  /// How units are, in the order asked for.
  public func status(_ names: [String]) throws -> [ServiceStatus] {
    let bus = try SystemdBus(ofUser: true)
    return names.map { name in
      var status = ServiceStatus(name: name, isInstalled: units.exists(name))
      status.isEnabled = units.isWanted(name, by: target(of: name)) || links.isWanted(name, by: target(of: name))
      guard status.isInstalled, let unit = bus.unit(name, loading: true) else { return status }
      status.activity = bus.string(unit, "ActiveState").flatMap(ServiceStatus.Activity.init) ?? .inactive
      return status
    }
  }

  private func run(_ job: SystemdBus.Job, _ name: String) throws {
    guard UnitName.isValid(name), units.exists(name) else { throw ServiceError.unknown(name: name) }
    let bus = try SystemdBus(ofUser: true)
    if job != .stop { bus.resetFailed(name) }
    // Units have timeouts of their own; this ends a wait for a systemd that has lost a job.
    try bus.run(job, [name], timeout: .seconds(600))
  }

  private func target(of name: String) -> String {
    if name.hasSuffix(".socket") { return "sockets.target" }
    return name.hasSuffix(".timer") ? "timers.target" : "default.target"
  }
}
