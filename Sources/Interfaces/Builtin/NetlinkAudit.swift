internal import Permissions

extension Interface {
  /// NETLINK_AUDIT.
  static let netlinkAudit = Interface(
    "netlink-audit", "NETLINK_AUDIT", implicitSlot: .always, slotRules: .manualSystemSlot
  )
  .with {
    $0.connectedPlug = { grants, _ in
      grants.syscalls("bind", "socket AF_NETLINK - NETLINK_AUDIT")
      grants.network(.netlink)
      grants.capabilities(.netAdmin, .auditRead, .auditWrite)
    }
  }
}
