internal import Permissions

extension Interface {
  /// Sockets of the host's Open vSwitch.
  static let openvswitch = Interface(
    "openvswitch", "allows controlling Open vSwitch", implicitSlot: .onClassic, slotRules: .manualSystemSlot
  )
  .with {
    $0.connectedPlug = { grants, _ in
      grants.files(
        .readWrite,
        "/run/openvswitch/db.sock", "/run/openvswitch/*.mgmt", "/run/openvswitch/ovs-vswitchd.*.ctl",
        "/run/openvswitch/ovs-vswitchd.pid")
    }
  }
}
