internal import Permissions

extension Interface {
  /// Sockets that wait for others.
  static let networkBind = Interface(
    "network-bind", "allows operating as a network service", implicitSlot: .always, slotRules: .systemSlot
  )
  .with {
    $0.connectedPlug = { grants, connection in
      grants.nameService()
      grants.files("rk", "/run/systemd/resolve/stub-resolv.conf")
      grants.network(.netlink, .dgram)
      grants.asksResolver(connection.slot.peer)
      grants.files(
        .read,
        "/etc/hosts.deny", "/etc/hosts.allow", "/proc/sys/net/core/somaxconn",
        "/proc/sys/net/ipv4/ip_local_port_range", "/proc/@{pid}/net/if_inet6", "/proc/@{pid}/net/ipv6_route")
      grants.syscalls("accept", "accept4", "bind", "listen", "socket AF_NETLINK - NETLINK_ROUTE")
    }
  }
}
