internal import Permissions

extension Interface {
  /// Sockets of the protocol `NETLINK_CONNECTOR`, which tells of processes.
  static let netlinkConnector = Interface(
    "netlink-connector", "allows access to the kernel's connector through netlink", implicitSlot: .always,
    slotRules: .manualSystemSlot
  )
  .with {
    $0.connectedPlug = { grants, _ in
      grants.syscalls("bind", "socket AF_NETLINK - NETLINK_CONNECTOR")
      grants.network(.netlink)
      grants.capabilities(.netAdmin)
    }
  }
}
