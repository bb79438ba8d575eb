internal import Host
internal import Snap
internal import State

/// `start-snap-services`: the services of the new revision run, but for those that were switched off before.
struct StartSnapServices: TaskHandler {
  static let kind: TaskKind = "start-snap-services"
  let manager: SnapManager

  func `do`(_ setup: SnapSetup, in context: TaskContext) async throws -> TaskOutcome {
    let names = try startable(setup, context)
    if !names.isEmpty { try manager.services.start(names) }
    return .done
  }

  func undo(_ setup: SnapSetup, in context: TaskContext) async throws -> TaskOutcome {
    guard let info = try manager.activeInfo(of: setup.instance) else { return .done }
    let names = manager.serviceNames(info, in: setup.instance)
    if !names.isEmpty { try manager.services.stop(names) }
    return .done
  }

  private func startable(_ setup: SnapSetup, _ context: TaskContext) throws -> [String] {
    guard let info = try manager.activeInfo(of: setup.instance) else { return [] }
    let disabled = Set(context.store.read { $0[snap: setup.instance]?.disabledServices ?? [] })
    return manager.serviceNames(info, in: setup.instance).filter { !disabled.contains($0) }
  }
}
