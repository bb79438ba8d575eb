internal import Permissions

extension Interface {
  /// Sockets as a client, and looking up names.
  static let network = Interface(
    "network", "allows access to the network", implicitSlot: .always, slotRules: .systemSlot
  )
  .with {
    $0.connectedPlug = { grants, connection in
      grants.nameService()
      grants.files("rk", "/run/systemd/resolve/stub-resolv.conf")
      grants.files(.read, "/etc/mdns.allow")
      grants.network(.netlink, .dgram)
      grants.asksResolver(connection.slot.peer)
      grants.dbus(
        .system, path: "/org/freedesktop/systemd1", interface: "org.freedesktop.systemd1.Manager",
        member: "{GetDynamicUsers,LookupDynamicUserByName,LookupDynamicUserByUID}",
        peerName: "org.freedesktop.systemd1", peer: connection.slot.peer)
      grants.files(.read, "/proc/sys/net/core/somaxconn", "/proc/sys/net/ipv4/tcp_fastopen")
      grants.files(.run, "/{,usr/}bin/nc{,.openbsd}")
      grants.syscalls("bind", "socket AF_NETLINK - NETLINK_ROUTE", "socket AF_CONN")
    }
  }
}
