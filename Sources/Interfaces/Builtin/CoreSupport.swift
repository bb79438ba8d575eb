internal import Permissions

extension Interface {
  /// Lets a snap configure the system, as the core snap does.
  static let coreSupport = Interface(
    "core-support", "allows a snap to configure the system, as the core snap does", implicitSlot: .always,
    plugRules: SideRules(allowInstallation: .when(Constraints(plugSnapTypes: [.core]))),
    slotRules: .manualSystemSlot)
}
