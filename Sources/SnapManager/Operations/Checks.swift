internal import Snap
internal import State

extension SnapManager {
  /// Whether a snap may run on this machine, in this way, in place of what is installed under its name.
  ///
  /// - Throws: ``Refusal`` with the reference's text.
  func check(_ info: SnapInfo, for setup: SnapSetup) throws {
    let instance = setup.instance
    guard info.architectures.contains(where: { $0.isSupported(on: .host) }) else {
      throw Refusal.architecture(
        instance, supported: info.architectures.map(\.description), host: Architecture.host.description)
    }
    let missing = info.assumes.filter { !Features.isSupported($0) }
    guard missing.isEmpty else { throw Refusal.assumes(instance, missing: missing) }
    switch info.confinement {
    case .devmode where !setup.flags.devmode && !setup.flags.jailmode: throw Refusal.needsDevmode(instance)
    case .classic where !setup.flags.classic && !setup.flags.devmode: throw Refusal.needsClassic(instance)
    default: break
    }
    try checkSystemUsers(of: info)
    try checkDesktopNames(info, of: instance)
    guard let installed = store.read({ $0[snap: instance] }) else { return }
    guard installed.type == info.type else {
      throw Refusal.typeChanged(instance, from: installed.type.description, to: info.type.description)
    }
    let current = try infos.info(of: instance, installed.current)
    guard info.epoch.canRead(current.epoch) || setup.purpose == .revert else {
      throw Refusal.epoch(
        instance, setup.revision, new: info.epoch.description, current: current.epoch.description)
    }
  }
}
