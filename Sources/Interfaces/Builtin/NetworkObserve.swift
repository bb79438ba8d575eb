internal import Permissions

extension Interface {
  /// Links, addresses, routes, sockets and statistics, without changes.
  static let networkObserve = Interface(
    "network-observe", "allows reading the state of the network", implicitSlot: .always, slotRules: .manualSystemSlot
  )
  .with {
    $0.connectedPlug = { grants, connection in
      grants.nameService()
      grants.files(.read, "/run/systemd/resolve/stub-resolv.conf")
      grants.asksResolver(connection.slot.peer)
      grants.dbus(
        .system, path: "/org/freedesktop/network1", interface: "org.freedesktop.DBus.Properties",
        member: "PropertiesChanged", peer: connection.slot.peer)
      grants.dbus(
        .system, path: "/org/freedesktop/network1/link/_*", interface: "org.freedesktop.DBus.Properties",
        member: "PropertiesChanged", peer: connection.slot.peer)
      grants.dbus(
        .system, path: "/org/freedesktop/network1/link/_*", interface: "org.freedesktop.DBus.Properties",
        member: "Get{,All}", peer: connection.slot.peer)
      grants.dbus(
        .system, path: "/org/freedesktop/network1", interface: "org.freedesktop.network1.Manager",
        member: "{ListLinks,GetLinkByName,DescribeLink,Describe}", peer: connection.slot.peer)
      grants.files(
        .read,
        "/proc/modules", "/proc/@{pid}/net/", "/proc/@{pid}/net/**", "/proc/sys/", "/proc/sys/net/",
        "/proc/sys/net/core/", "/proc/sys/net/core/**", "/proc/sys/net/ipv{4,6}/", "/proc/sys/net/ipv{4,6}/**",
        "/proc/sys/net/netfilter/", "/proc/sys/net/netfilter/**", "/proc/sys/net/nf_conntrack_max")
      grants.files(
        .run,
        "/{,usr/}{,s}bin/arp", "/{,usr/}{,s}bin/bridge", "/{,usr/}{,s}bin/ifconfig", "/{,usr/}{,s}bin/ip",
        "/{,usr/}{,s}bin/ipmaddr", "/{,usr/}{,s}bin/iptunnel", "/{,usr/}{,s}bin/netstat", "/{,usr/}{,s}bin/nstat",
        "/{,usr/}{,s}bin/route", "/{,usr/}{,s}bin/routel", "/{,usr/}{,s}bin/rtacct", "/{,usr/}{,s}bin/ss",
        "/{,usr/}{,s}bin/sysctl", "/{,usr/}{,s}bin/tc")
      grants.network(.netlink, .dgram)
      grants.files(.read, "/etc/iproute2/{,**}")
      grants.files(.run, "/{,usr/}{,s}bin/ping", "/{,usr/}{,s}bin/ping6")
      grants.capabilities(.netRaw, .setuid)
      grants.network(.inet, .raw)
      grants.network(.inet6, .raw)
      grants.files(.read, "/etc/networks", "/etc/ethers", "/etc/rpc")
      grants.files("rk", "/sys/devices/**/net/**")
      grants.network(.netlink, .raw)
      grants.syscalls(
        "capset", "bind", "socket AF_NETLINK - NETLINK_INET_DIAG", "socket AF_NETLINK - NETLINK_ROUTE",
        "socket AF_NETLINK - NETLINK_GENERIC", "socket AF_NETLINK - NETLINK_KOBJECT_UEVENT")
    }
  }
}
