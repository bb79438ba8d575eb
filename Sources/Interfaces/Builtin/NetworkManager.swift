internal import Permissions

extension Interface {
  /// NetworkManager: a snap or the host has it, plugs control the network with it.
  static let networkManager = Interface(
    "network-manager", "allows operating as the NetworkManager service, or controlling it", implicitSlot: .onClassic,
    slotRules: .providedOrSystemSlot
  )
  .with {
    $0.connectedPlug = { grants, connection in
      grants.files(.read, "/etc/gnutls/config")
      grants.dbus(
        .system, [.receive, .send], path: "/org/freedesktop/NetworkManager{,/**}", peer: connection.slot.peer)
      grants.dbus(
        .system, [.receive, .send], path: "/org/freedesktop", interface: "org.freedesktop.DBus.ObjectManager",
        peer: connection.slot.peer)
      grants.dbus(
        .system, [.send], path: "/org/freedesktop/DBus", interface: "org.freedesktop.DBus",
        member: "GetConnectionUnixUser", peer: connection.slot.peer)
      grants.syscalls("socket AF_NETLINK - NETLINK_KOBJECT_UEVENT")
    }
    $0.slot = { grants, _ in
      grants.nameService()
      grants.systemBusService("org.freedesktop.NetworkManager", callers: .everyone)
      grants.udev(#"KERNEL=="rfkill""#, #"KERNEL=="ppp""#, #"KERNEL=="tun""#)
      grants.files(.readWrite, "/dev/ppp", "/dev/net/tun")
      grants.capabilities(.netAdmin, .netBindService, .netRaw)
      grants.network(.netlink)
      grants.network(.bridge)
      grants.network(.inet)
      grants.network(.inet6)
      grants.network(.packet)
      grants.kernelNetworkSettings()
      grants.files(.read, "/proc/sys/net/mptcp/")
      grants.files(.readWrite, "/proc/sys/net/mptcp/**")
      grants.files(
        .read,
        "/proc/sys/kernel/random/boot_id", "/sys/devices/**/**/net/**/phys_port_id",
        "/sys/devices/**/**/net/**/dev_id", "/sys/devices/virtual/net/**/phys_port_id",
        "/sys/devices/virtual/net/**/dev_id", "/sys/devices/**/net/**/ifindex")
      grants.files(.readWrite, "/sys/devices/virtual/net/*/bridge/*", "/dev/rfkill")
      grants.files(.read, "/run/udev/data/*", "/etc/gnutls/config")
      grants.files(.readWrite, "/etc/netplan/{,**}", "/run/NetworkManager/{,**}")
      grants.files(.read, "/etc/network/interfaces", "/etc/machine-id")
      grants.files(.run, "/{,usr/}sbin/resolvconf")
      grants.files("rk", "/run/resolvconf/{,**}")
      grants.files("w", "/run/resolvconf/**")
      grants.files(.read, "/etc/resolvconf/{,**}")
      grants.files("ix", "/{,usr/}lib/resolvconf/*")
      grants.files(.read, "/run/network/ifstate*")
      grants.files(.run, "/{,usr/}bin/run-parts")
      grants.files("ix", "/etc/resolvconf/update.d/*")
      grants.files(.read, "/run/systemd/resolve/stub-resolv.conf")
      grants.dbus(
        .system, path: "/org/freedesktop/resolve1", interface: "org.freedesktop.resolve1.Manager",
        member: "Resolve{Address,Hostname,Record,Service}")
      grants.dbus(
        .system, [.send], path: "/org/freedesktop/resolve1", interface: "org.freedesktop.resolve1.Manager",
        member:
          "SetLink{DefaultRoute,DNSOverTLS,DNS,DNSEx,DNSSEC,DNSSECNegativeTrustAnchors,MulticastDNS,Domains,LLMNR}")
      grants.dbus(
        .system, [.send], path: "/org/freedesktop/resolve1", interface: "org.freedesktop.resolve1.Manager",
        member: "GetLink", peerName: "org.freedesktop.resolve1")
      grants.dbus(
        .system, [.send], path: "/org/freedesktop/resolve1/link/*", interface: "org.freedesktop.resolve1.Link",
        member: "Set{DefaultRoute,DNS,DNSEx,DNSSEC,DNSSECNegativeTrustAnchors,DNSOverTLS,Domains,LLMNR,MulticastDNS}",
        peerName: "org.freedesktop.resolve1")
      grants.requestsNames(.system)
      grants.dbus(
        .system, [.receive, .send], path: "/org/freedesktop/DBus", interface: "org.freedesktop.DBus",
        member: "GetConnectionUnixProcessID")
      grants.dbus(
        .system, [.receive, .send], path: "/org/freedesktop/DBus", interface: "org.freedesktop.DBus",
        member: "GetConnectionUnixUser")
      grants.ownName(.system, "org.freedesktop.NetworkManager")
      grants.ownName(.system, "org.freedesktop.NetworkManager.openvpn.*")
      grants.dbus(.system, [.receive, .send], path: "/org/freedesktop/NetworkManager{,/**}")
      grants.dbus(
        .system, [.receive, .send], path: "/org/freedesktop", interface: "org.freedesktop.DBus.ObjectManager")
      grants.dbus(
        .system, [.receive, .send], path: "/org/freedesktop/hostname1",
        interface: "org.freedesktop.DBus.Properties")
      grants.dbus(
        .system, [.send], path: "/org/freedesktop/hostname1", interface: "org.freedesktop.DBus.Properties",
        member: "Get{,All}")
      grants.dbus(
        .system, [.send], path: "/org/freedesktop/hostname1", interface: "org.freedesktop.hostname1",
        member: "{Set,SetStatic}")
      grants.dbus(
        .system, [.send], path: "/org/freedesktop/login1", interface: "org.freedesktop.login1.Manager",
        member: "Inhibit")
      grants.dbus(
        .system, [.receive], path: "/org/freedesktop/login1", interface: "org.freedesktop.login1.Manager",
        member: "PrepareForSleep")
      grants.dbus(
        .system, [.receive], path: "/org/freedesktop/login1", interface: "org.freedesktop.login1.Manager",
        member: "Session{New,Removed}")
      grants.dbus(.system, [.receive, .send], path: "/fi/w1/wpa_supplicant1{,/**}")
      grants.syscalls("accept", "accept4", "bind", "listen", "sethostname", "socket AF_NETLINK - -")
    }
    $0.connectedSlot = { grants, connection in
      grants.dbus(
        .system, [.receive, .send], path: "/org/freedesktop/NetworkManager{,/**}", peer: connection.plug.peer)
      grants.dbus(
        .system, [.receive, .send], path: "/org/freedesktop", interface: "org.freedesktop.DBus.ObjectManager",
        peer: connection.plug.peer)
      grants.ptrace([.trace, .read], peer: connection.plug.peer, effect: .deny)
    }
  }
}
