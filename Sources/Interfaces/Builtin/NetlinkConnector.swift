internal import Permissions

extension Interface {
  /// NETLINK_CONNECTOR.
  static let netlinkConnector = Interface(
    "netlink-connector", "NETLINK_CONNECTOR", implicitSlot: .always, slotRules: .manualSystemSlot
  )
  .with {
    $0.connectedPlug = { grants, _ in
      grants.syscalls("bind", "socket AF_NETLINK - NETLINK_CONNECTOR")
      grants.network(.netlink)
      grants.capabilities(.netAdmin)
    }
  }
}
