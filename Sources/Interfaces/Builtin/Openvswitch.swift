internal import Permissions

extension Interface {
  /// OVS mgmt sockets.
  static let openvswitch = Interface(
    "openvswitch", "OVS mgmt sockets", implicitSlot: .onClassic, slotRules: .manualSystemSlot
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
