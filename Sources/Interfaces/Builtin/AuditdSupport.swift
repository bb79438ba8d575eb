internal import Permissions

extension Interface {
  /// Lets a snap keep the kernel's audit log.
  static let auditdSupport = Interface(
    "auditd-support", "allows a snap to keep the kernel's audit log", implicitSlot: .always,
    plugRules: .superPrivilegedPlug,
    slotRules: .manualSystemSlot
  )
  .with {
    $0.connectedPlug = { grants, _ in
      grants.syscalls("bind", "socket AF_NETLINK - NETLINK_AUDIT", "setpriority")
      grants.network(.netlink)
      grants.capabilities(.auditControl)
      grants.files(.read, "/proc/*/{loginuid,sessionid}")
      grants.files(.readWrite, "/{,var/}run/auditd.{pid,state}", "/proc/@{pid}/oom_score_adj")
    }
  }
}
