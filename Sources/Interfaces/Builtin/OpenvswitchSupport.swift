internal import Permissions

extension Interface {
  /// Run OVS.
  static let openvswitchSupport = Interface(
    "openvswitch-support", "run OVS", implicitSlot: .always, slotRules: .manualSystemSlot)
}
