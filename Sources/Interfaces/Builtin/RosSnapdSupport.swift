internal import Permissions

extension Interface {
  /// Snapd apps API subset.
  static let rosSnapdSupport = Interface(
    "ros-snapd-support", "snapd apps API subset", implicitSlot: .always, plugRules: .superPrivilegedPlug,
    slotRules: .manualSystemSlot)
}
