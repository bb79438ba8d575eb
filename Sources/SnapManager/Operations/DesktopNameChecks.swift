internal import Desktop
internal import Snap
internal import State

extension SnapManager {
  /// Whether the names that a snap wants for itself on the machine's desktops and buses are free: no other installed snap,
  /// disabled or not, has them.
  ///
  /// - Throws: ``Refusal``.
  func checkDesktopNames(_ info: SnapInfo, of instance: InstanceName) throws {
    let ids = DesktopNames.ids(of: info)
    let activations = BusServices.activations(of: info)
    guard !ids.isEmpty || !activations.isEmpty else { return }
    for (other, otherInfo) in installed() where other != instance {
      if let id = ids.intersection(DesktopNames.ids(of: otherInfo)).min() {
        throw Refusal.desktopFileInUse(instance, id: id, by: other)
      }
      let taken = Set(BusServices.activations(of: otherInfo).map { [$0.scope.rawValue, $0.name] })
      if let activation = activations.first(where: { taken.contains([$0.scope.rawValue, $0.name]) }) {
        throw Refusal.busNameInUse(
          instance, bus: activation.scope == .system ? "system" : "session", name: activation.name, by: other)
      }
    }
  }
}
