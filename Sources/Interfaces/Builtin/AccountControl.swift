internal import Permissions

extension Interface {
  /// Lets a snap add, change and remove user accounts of the system.
  static let accountControl = Interface(
    "account-control", "allows a snap to add, change and remove user accounts of the system", implicitSlot: .always,
    slotRules: .manualSystemSlot
  )
  .with {
    $0.connectedPlug = { grants, connection in
      grants.dbus(.system, [.send], path: "/org/freedesktop/Accounts{,/User[0-9]*}", peer: connection.slot.peer)
      grants.dbus(
        .system, [.send], path: "/org/freedesktop/Accounts", interface: "org.freedesktop.Accounts",
        peer: connection.slot.peer)
      grants.dbus(
        .system, [.send], path: "/org/freedesktop/Accounts/User[0-9]*", interface: "org.freedesktop.Accounts.User",
        peer: connection.slot.peer)
      grants.dbus(.system, [.receive], path: "/org/freedesktop/Accounts{,/User[0-9]*}", peer: connection.slot.peer)
      grants.files(.run, "/{,usr/}sbin/chpasswd", "/{,usr/}sbin/user{add,del}")
      grants.files(.read, "/var/lib/extrausers/")
      grants.files("rwkl", "/var/lib/extrausers/**")
      grants.files(.read, "/etc/login.defs", "/etc/default/useradd", "/etc/default/nss", "/etc/pam.d/{,*}")
      grants.files(.run, "/{,usr/}sbin/pam_tally2", "/{,usr/}lib/@{multiarch}/security/*")
      grants.network(.netlink, .raw)
      grants.capabilities(.auditWrite, .chown, .fsetid)
      grants.files("rwk", "/var/log/faillog", "/var/log/lastlog", "/var/log/tallylog")
      grants.syscalls(
        "fchown - u:root g:shadow", "fchown32 - u:root g:shadow", "bind", "socket AF_NETLINK - NETLINK_AUDIT")
    }
  }
}
