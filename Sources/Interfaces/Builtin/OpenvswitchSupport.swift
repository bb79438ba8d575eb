internal import Permissions

extension Interface {
  /// The kernel's part of Open vSwitch.
  static let openvswitchSupport = Interface(
    "openvswitch-support", "allows operating as the Open vSwitch service", implicitSlot: .always,
    slotRules: .manualSystemSlot
  )
  .with {
    $0.connectedPlug = { grants, _ in grants.modules("openvswitch") }
  }
}
