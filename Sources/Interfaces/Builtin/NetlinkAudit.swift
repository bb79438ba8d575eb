internal import Permissions

extension Interface {
  /// Sockets of the protocol `NETLINK_AUDIT`.
  static let netlinkAudit = Interface(
    "netlink-audit", "allows access to the kernel's audit through netlink", implicitSlot: .always,
    slotRules: .manualSystemSlot
  )
  .with {
    $0.connectedPlug = { grants, _ in
      grants.syscalls("bind", "socket AF_NETLINK - NETLINK_AUDIT")
      grants.network(.netlink)
      grants.capabilities(.netAdmin, .auditRead, .auditWrite)
    }
  }
}
