/// Systemd, over its bus.
public struct SystemdServiceManager: ServiceManager {
  public let name = "systemd"
  private let directories: Directories

  public init(directories: Directories) { self.directories = directories }

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
