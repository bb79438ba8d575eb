internal import Host
internal import Snap
internal import State

/// `start-snap-services`: the services of the new revision run, but for those that were switched off before.
struct StartSnapServices: TaskHandler {
  static let kind: TaskKind = "start-snap-services"
  let manager: SnapManager

  func `do`(_ setup: SnapSetup, in context: TaskContext) async throws -> TaskOutcome {
    let names = try startable(setup, context)
    guard !names.isEmpty else { return .done }
    try manager.services.enable(names)
    try manager.services.start(names)
    return .done
  }

  func undo(_ setup: SnapSetup, in context: TaskContext) async throws -> TaskOutcome {
    let names = try manager.services.services(of: setup.instance.description)
    if !names.isEmpty { try manager.services.stop(names) }
    return .done
  }

  private func startable(_ setup: SnapSetup, _ context: TaskContext) throws -> [String] {
    guard let info = try manager.activeInfo(of: setup.instance) else { return [] }
    var disabled = Set(context.store.read { $0[snap: setup.instance]?.disabledServices ?? [] })
    if setup.purpose == .install {
      // Only a first install asks the snap; later the administrator has the say.
      let off = info.apps.filter { $0.installMode == .disable }
      disabled.formUnion(off.map { UnitName.service(instance: setup.instance.description, app: $0.name.description) })
    }
    return manager.serviceNames(info, in: setup.instance).filter { !disabled.contains($0) }
  }
}
