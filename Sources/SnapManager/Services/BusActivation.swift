internal import Host
internal import Snap
internal import State

extension SnapManager {
  /// Starts a service because a message bus wants it, and waits until it is up.
  ///
  /// A service that the use of a bus name starts is started by nothing else: `snap start` leaves it to the bus, and the
  /// bus asks systemd, or where the supervisor has it, the daemon.
  ///
  /// - Parameter name: `snap.app`.
  /// - Throws: ``ServiceRefusal`` for what is no such service; ``Refusal`` while its snap is being changed.
  public func activate(_ name: String) throws {
    guard let found = try apps(named: [name], servicesOnly: true).first, !found.app.activatesOn.isEmpty,
      found.app.daemonScope == .system
    else { throw ServiceRefusal.unknown(name) }
    guard try activeInfo(of: found.instance) != nil, try !isInhibited(found.instance) else {
      throw Refusal.changeInProgress(found.instance, kind: "")
    }
    try services.start([UnitName.service(instance: found.instance.description, app: found.app.name.description)])
  }
}
