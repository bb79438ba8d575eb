internal import ByteText
internal import FoundationEssentials
internal import Glibc
internal import Host
internal import Linux
public import SessionAgents

/// What runs the services of a session: the session's own systemd, or the agent.
public protocol SessionServiceHost: Sendable {
  /// Reads anew what there is.
  func reloadDefinitions() throws
  func start(_ name: String) throws
  func stop(_ name: String) throws
  func restart(_ name: String) throws
  func reloadOrRestart(_ name: String) throws
  /// With each session of the user from now on.
  func enable(_ name: String) throws
  func disable(_ name: String) throws
  func status(_ names: [String]) throws -> [UserServiceStatus]
  /// Whether the agent has to stay because of what it runs.
  var isBusy: Bool { get }
}

/// The session's own systemd: it has read the units that the daemon wrote.
struct SystemdSession: SessionServiceHost {
  private let services: SystemdUserServices

  init(_ session: Session) {
    services = SystemdUserServices(
      directories: session.directories, configuration: session.configuration ?? session.runtime + "/config")
  }

  func reloadDefinitions() throws { try services.reloadManager() }
  func start(_ name: String) throws { try services.start(name) }
  func stop(_ name: String) throws { try services.stop(name) }
  func restart(_ name: String) throws { try services.restart(name) }
  func reloadOrRestart(_ name: String) throws { try services.reloadOrRestart(name) }
  func enable(_ name: String) throws { try services.enable(name) }
  func disable(_ name: String) throws { try services.disable(name) }
  func status(_ names: [String]) throws -> [UserServiceStatus] {
    try services.status(names).map(UserServiceStatus.init)
  }
  var isBusy: Bool { false }
}

/// The agent runs the services itself, with the supervisor that the daemon has for the machine's. Its files are in a tree
/// of their own below `$XDG_RUNTIME_DIR`, so they end with the session, and what runs is adopted by the next agent.
final class SupervisedSession: SessionServiceHost {
  private let session: Session
  private let supervisor: Supervisor
  private let place: String
  /// Which services this user has switched off, or on: it lasts longer than the session.
  private let choices: String?

  init(_ session: Session) throws {
    self.session = session
    place = session.runtime + "/snapd-session"
    try Files.makeDirectories(place, mode: 0o700)
    supervisor = try Supervisor(directories: Directories(root: place), scope: .user)
    choices = session.state.map { $0 + "/snapd/user-services.json" }
    try reloadDefinitions()
    try supervisor.startEnabled()
  }

  private struct Choices: Codable {
    var enabled: Set<String> = []
    var disabled: Set<String> = []
  }

  func reloadDefinitions() throws {
    let directories = session.directories
    let instances = try UserServiceRecord.instances(directories)
    for instance in try known() where !instances.contains(instance) { try supervisor.setServices([], of: instance) }
    let chosen = choicesNow()
    for instance in instances {
      guard let record = try UserServiceRecord.read(instance, directories) else { continue }
      let services = record.services.map(own)
      try supervisor.setServices(services, of: instance)
      let units = services.flatMap(\.activeUnits)
      let enabled = record.enabled.subtracting(chosen.disabled).union(chosen.enabled).intersection(units)
      try supervisor.disable(units.filter { !enabled.contains($0) })
      try supervisor.enable(units.filter(enabled.contains))
    }
  }

  /// The snaps whose services the supervisor has.
  private func known() throws -> [String] {
    let folder = Directories(root: place).supervisor + "/services"
    return try Files.list(folder).filter { $0.hasByteSuffix(".json") }.map { String($0.dropLast(5)) }
  }

  /// A service as this session runs it.
  private func own(_ service: ServiceDefinition) -> ServiceDefinition {
    var service = service
    let names = [
      "HOME", "USER", "LOGNAME", "SHELL", "PATH", "LANG", "DISPLAY", "WAYLAND_DISPLAY", "XAUTHORITY",
      "DBUS_SESSION_BUS_ADDRESS", "XDG_CURRENT_DESKTOP", "XDG_SESSION_TYPE",
    ]
    var variables = names.compactMap { name in session.environment[name].map { ServiceDefinition.Variable(name, $0) } }
    variables.append(.init("XDG_RUNTIME_DIR", session.runtime))
    let given = Set(service.environment.map(\.name))
    service.environment = variables.filter { !given.contains($0.name) } + service.environment
    return service
  }

  func start(_ name: String) throws { try supervisor.start([name]) }
  func stop(_ name: String) throws { try supervisor.stop([name]) }
  func restart(_ name: String) throws { try supervisor.restart([name]) }
  func reloadOrRestart(_ name: String) throws { try supervisor.reload([name]) }

  func enable(_ name: String) throws {
    try supervisor.enable([name])
    try choose { choices in
      choices.enabled.insert(name)
      choices.disabled.remove(name)
    }
  }

  func disable(_ name: String) throws {
    try supervisor.disable([name])
    try choose { choices in
      choices.disabled.insert(name)
      choices.enabled.remove(name)
    }
  }

  func status(_ names: [String]) throws -> [UserServiceStatus] {
    try supervisor.status(names).map(UserServiceStatus.init)
  }

  var isBusy: Bool {
    let names = (try? known().flatMap { try supervisor.services(of: $0) }) ?? []
    guard let status = try? supervisor.status(names) else { return true }
    return status.contains { $0.activity != .inactive && $0.activity != .failed }
  }

  private func choicesNow() -> Choices {
    guard let choices, let bytes = try? Files.read(choices, limit: 1 << 20) else { return Choices() }
    return (try? JSONDecoder().decode(Choices.self, from: Data(bytes))) ?? Choices()
  }

  private func choose(_ change: (inout Choices) -> Void) throws {
    guard let choices else { return }
    var next = choicesNow()
    change(&next)
    if let slash = choices.lastIndex(of: "/") { try Files.makeDirectories(String(choices[..<slash]), mode: 0o700) }
    try Files.writeAtomically([UInt8](try JSONEncoder().encode(next)), to: choices, mode: 0o600)
  }
}

extension UserServiceStatus {
  init(_ status: ServiceStatus) {
    self.init(name: status.name, installed: status.isInstalled, enabled: status.isEnabled, active: status.isActive)
  }
}
