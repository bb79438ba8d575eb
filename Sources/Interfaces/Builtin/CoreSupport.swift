internal import Permissions

extension Interface {
  /// Legacy core snap configure hook.
  static let coreSupport = Interface(
    "core-support", "legacy core snap configure hook", implicitSlot: .always,
    plugRules: SideRules(allowInstallation: .when(Constraints(plugSnapTypes: [.core]))),
    slotRules: .manualSystemSlot)
}
