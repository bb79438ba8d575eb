internal import ByteText
internal import Host
internal import Snap

/// The units of one system service: itself, and what starts it.
struct ServiceUnits: Hashable {
  /// The app's name.
  let app: String
  /// The service.
  let service: String
  /// Its sockets and its timer.
  var activators: [String] = []
  /// Whether the use of a D-Bus name starts it too.
  var isBusActivated = false

  init(app: String, of instance: InstanceName) {
    self.app = app
    service = UnitName.service(instance: instance.description, app: app)
  }

  init(_ app: AppInfo, of instance: InstanceName) {
    self.init(app: app.name.description, of: instance)
    let (snap, name) = (instance.description, app.name.description)
    activators = app.sockets.map { UnitName.socket(instance: snap, app: name, socket: $0.name) }
    if app.timer != nil { activators.append(UnitName.timer(instance: snap, app: name)) }
    isBusActivated = !app.activatesOn.isEmpty
  }

  /// All of them; what starts the service first.
  var all: [String] { activators + [service] }

  /// What is started and enabled for the service. One that something else starts is left to that.
  var wanted: [String] { activators.isEmpty && !isBusActivated ? [service] : activators }

  /// Whether the service will start, by itself or by what starts it. A D-Bus name cannot be disabled.
  func isEnabled(_ status: [String: ServiceStatus]) -> Bool {
    isBusActivated || wanted.contains { status[$0]?.isEnabled == true }
  }
}

extension AppInfo {
  /// Whether the machine runs it.
  var isSystemService: Bool { daemon != nil && daemonScope == .system }
}

extension SnapManager {
  /// The names of a snap's system services.
  func serviceNames(_ info: SnapInfo, in instance: InstanceName) -> [String] {
    serviceUnits(info, in: instance).map(\.service)
  }

  /// The units of a snap's system services.
  func serviceUnits(_ info: SnapInfo, in instance: InstanceName) -> [ServiceUnits] {
    info.apps.filter(\.isSystemService).map { ServiceUnits($0, of: instance) }
  }

  /// The units of those services of a snap that the host knows. The host is asked, not the snap: a broken one can be
  /// stopped too.
  func knownServiceUnits(of instance: InstanceName) throws -> [ServiceUnits] {
    try units(services.services(of: instance.description), of: instance) { serviceUnits($0, in: instance) }
  }

  /// The units of services by their names: as the snap says, as far as it can be read.
  func units(
    _ names: [String], of instance: InstanceName, as found: (SnapInfo) -> [ServiceUnits]
  ) -> [ServiceUnits] {
    guard !names.isEmpty else { return [] }
    let said = (try? activeInfo(of: instance)).flatMap { $0 }.map(found) ?? []
    return names.compactMap { name in
      if let units = said.first(where: { $0.service == name }) { return units }
      guard let app = name.bytes(after: "snap.\(instance)."), app.hasByteSuffix(".service") else { return nil }
      return ServiceUnits(app: String(decoding: app.utf8.dropLast(".service".utf8.count), as: UTF8.self), of: instance)
    }
  }

  /// How units are, by name.
  func status(of units: [ServiceUnits]) throws -> [String: ServiceStatus] {
    let status = try services.status(units.flatMap(\.all))
    return Dictionary(status.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
  }

  /// Stops services and what starts them; what starts them first, so that nothing does meanwhile.
  func stop(_ units: [ServiceUnits]) throws {
    let activators = units.flatMap(\.activators)
    if !activators.isEmpty { try services.stop(activators) }
    if !units.isEmpty { try services.stop(units.map(\.service)) }
  }
}
