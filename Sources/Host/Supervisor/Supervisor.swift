/// The service manager inside the daemon, for machines without systemd.
public final class Supervisor: ServiceManager {
  public let name = "supervisor"
  private let directories: Directories

  /// Reads what is defined, takes over services that an earlier daemon started, and begins to watch.
  public init(directories: Directories) throws { self.directories = directories }

  /// Starts all enabled services. To be called once when the daemon starts.
  /// - Throws: nothing for a single service that fails: that is its state.
  public func startEnabled() throws {}

  /// Stops watching. Services keep running for the next daemon, unless asked otherwise.
  public func shutdown(stoppingServices: Bool) throws {}

  public func setMountUnit(_ unit: MountUnit) throws {}
  public func removeMountUnit(instance: String, revision: String) throws {}
  public func mountUnits() throws -> [MountUnit] { [] }
  public func setServices(_ services: [ServiceDefinition], of instance: String) throws {}
  public func services(of instance: String) throws -> [String] { [] }
  public func start(_ names: [String]) throws {}
  public func stop(_ names: [String]) throws {}
  public func restart(_ names: [String]) throws {}
  public func reload(_ names: [String]) throws {}
  public func enable(_ names: [String]) throws {}
  public func disable(_ names: [String]) throws {}
  public func status(_ names: [String]) throws -> [ServiceStatus] {
    names.map { ServiceStatus(name: $0, isInstalled: false) }
  }
  public func kill(_ names: [String], signal: Int32) throws {}
  public func logs(_ names: [String], last: Int?) throws -> [LogEntry] { [] }
}
