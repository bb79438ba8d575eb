internal import Permissions

extension Interface {
  /// Links, addresses, routes, wireless, namespaces, and the services that keep them.
  static let networkControl = Interface(
    "network-control", "allows configuring the network and network namespaces", implicitSlot: .always,
    slotRules: .manualSystemSlot
  )
  .with {
    $0.affectsPlugOnRefresh = true
    $0.connectedPlug = { grants, connection in
      grants.nameService()
      grants.files("rk", "/run/systemd/resolve/stub-resolv.conf")
      grants.asksResolver(connection.slot.peer)
      grants.dbus(
        .system, [.send], path: "/org/freedesktop/resolve1", interface: "org.freedesktop.resolve1.Manager",
        member: "SetLink*", peerName: "org.freedesktop.resolve1", peer: connection.slot.peer)
      grants.dbus(
        .system, [.send], path: "/org/freedesktop/resolve1", interface: "org.freedesktop.resolve1.Manager",
        member: "GetLink", peerName: "org.freedesktop.resolve1", peer: connection.slot.peer)
      grants.dbus(
        .system, [.send], path: "/org/freedesktop/resolve1/link/*", interface: "org.freedesktop.resolve1.Link",
        member: "Set*", peerName: "org.freedesktop.resolve1", peer: connection.slot.peer)
      grants.dbus(
        .system, [.send], path: "/org/freedesktop/resolve1", interface: "org.freedesktop.resolve1.Manager",
        member: "FlushCaches", peerName: "org.freedesktop.resolve1", peer: connection.slot.peer)
      grants.dbus(
        .system, [.send], path: "/org/freedesktop/resolve1", interface: "org.freedesktop.DBus.Peer", member: "Ping",
        peerName: "org.freedesktop.resolve1", peer: connection.slot.peer)
      for service in ["resolve1", "resolve1/link/*", "network1", "network1/link/_*"] as [PolicyPattern] {
        grants.readsProperties(.system, "/org/freedesktop/\(service)", of: connection.slot.peer)
      }
      grants.unix([.bind], type: .stream, address: "@*/bus/networkctl*/system")
      grants.files(
        .read,
        "/run/systemd/netif/links/", "/run/systemd/netif/links/*", "/run/systemd/netif/lldp/[0-9]*",
        "/run/udev/data/n[0-9]*")
      grants.dbus(
        .system, [.send], path: "/org/freedesktop/network1", interface: "org.freedesktop.network1.Manager",
        member:
          "{ListLinks,GetLinkByName,GetLinkByIndex,SetLinkNTP,SetLinkDNS,SetLinkDNSEx,SetLinkDomains,SetLinkDefaultRoute,SetLinkLLMNR,SetLinkMulticastDNS,SetLinkDNSOverTLS,SetLinkDNSSEC,SetLinkDNSSECNegativeTrustAnchors,RevertLinkNTP,RevertLinkDNS,RenewLink,ForceRenewLink,ReconfigureLink,Reload,DescribeLink,Describe}",
        peerName: "org.freedesktop.network1", peer: connection.slot.peer)
      grants.dbus(
        .system, [.send], path: "/org/freedesktop/network1", interface: "org.freedesktop.DBus.Peer", member: "Ping",
        peerName: "org.freedesktop.network1", peer: connection.slot.peer)
      grants.dbus(
        .system, [.send], path: "/org/freedesktop/network1/link/_*", interface: "org.freedesktop.network1.Link",
        member:
          "{SetNTP,SetDNS,SetDNSEx,SetDomains,SetDefaultRoute,SetLLMNR,SetMulticastDNS,SetDNSOverTLS,SetDNSSEC,SetDNSSECNegativeTrustAnchors,RevertNTP,RevertDNS,Renew,ForceRenew,Reconfigure,Describe}",
        peerName: "org.freedesktop.network1", peer: connection.slot.peer)
      grants.dbus(.system, [.receive, .send], path: "/fi/w1/wpa_supplicant1{,/**}", peer: connection.slot.peer)
      grants.capabilities(.netAdmin, .netRaw, .setuid, .netBroadcast)
      grants.network(.appletalk)
      grants.network(.bridge)
      grants.network(.inet)
      grants.network(.inet6)
      grants.network(.ipx)
      grants.network(.packet)
      grants.network(.pppox)
      grants.network(.sna)
      grants.kernelNetworkSettings()
      grants.files(.read, "/sys/kernel/debug/ieee80211/")
      grants.files(.readWrite, "/sys/kernel/debug/ieee80211/**")
      grants.files(.read, "/sys/module/nf_*/", "/sys/module/nf_*/parameters/{,*}")
      grants.files(.run, "/{,usr/}{,s}bin/arp", "/{,usr/}{,s}bin/arpd", "/{,usr/}{,s}bin/bridge")
      grants.files("rPx", "/{,usr/}{,s}bin/dhclient")
      grants.files(
        .run,
        "/{,usr/}{,s}bin/dhclient-script", "/{,usr/}{,s}bin/ifconfig", "/{,usr/}{,s}bin/ifdown",
        "/{,usr/}{,s}bin/ifquery", "/{,usr/}{,s}bin/ifup", "/{,usr/}{,s}bin/ip", "/{,usr/}{,s}bin/ipmaddr",
        "/{,usr/}{,s}bin/iptunnel", "/{,usr/}{,s}bin/iw", "/{,usr/}{,s}bin/nameif", "/{,usr/}{,s}bin/netstat",
        "/{,usr/}{,s}bin/networkctl", "/{,usr/}{,s}bin/nstat", "/{,usr/}{,s}bin/ping", "/{,usr/}{,s}bin/ping6",
        "/{,usr/}{,s}bin/pppd", "/{,usr/}{,s}bin/pppdump", "/{,usr/}{,s}bin/pppoe-discovery",
        "/{,usr/}{,s}bin/resolvectl", "/{,usr/}{,s}bin/route", "/{,usr/}{,s}bin/routef", "/{,usr/}{,s}bin/routel",
        "/{,usr/}{,s}bin/rtacct", "/{,usr/}{,s}bin/rtmon", "/{,usr/}{,s}bin/ss", "/{,usr/}{,s}bin/sysctl",
        "/{,usr/}{,s}bin/tc", "/{,usr/}{,s}bin/wpa_action", "/{,usr/}{,s}bin/wpa_cli",
        "/{,usr/}{,s}bin/wpa_passphrase", "/{,usr/}{,s}bin/wpa_supplicant")
      grants.files(.readWrite, "/dev/rfkill")
      grants.files(
        .read,
        "/sys/class/rfkill/", "/sys/devices/{pci[0-9a-f]*,platform,virtual}/**/rfkill[0-9]*/{,**}")
      grants.files("w", "/sys/devices/{pci[0-9a-f]*,platform,virtual}/**/rfkill[0-9]*/state")
      grants.files(.read, "/sys/devices/{pci[0-9a-f]*,platform,virtual}/**/net/*/address")
      grants.network(.netlink, .dgram)
      grants.files(.read, "/etc/iproute2/{,**}")
      grants.files("w", "/etc/iproute2/rt_{protos,realms,scopes,tables}", "/etc/iproute2/rt_{protos,tables}.d/*")
      grants.network(.inet, .raw)
      grants.network(.inet6, .raw)
      grants.files(.read, "/proc/@{pid}/loginuid", "/proc/@{pid}/mounts")
      grants.files("w", "/etc/hosts")
      grants.files(.run, "/{,usr/}sbin/resolvconf")
      grants.files("rwk", "/run/resolvconf/{,**}")
      grants.files(.read, "/etc/resolvconf/{,**}")
      grants.files("ix", "/{,usr/}lib/resolvconf/*")
      grants.files(.run, "/{,usr/}bin/run-parts")
      grants.files("ix", "/etc/resolvconf/update.d/*")
      grants.files("w", "/{,var/}run/wpa_supplicant/")
      grants.files(.readWrite, "/{,var/}run/wpa_supplicant/**")
      grants.files(.run, "/etc/wpa_supplicant/{,**}")
      grants.files(.readWrite, "/{,var/}run/dhclient.*.pid")
      grants.files(.read, "/var/lib/dhcp/")
      grants.files(
        .readWrite,
        "/var/lib/dhcp/**", "/run/network/ifstate*", "/run/network/.ifstate*", "/run/network/ifup-*",
        "/run/network/ifdown-*")
      grants.files(.read, "/etc/networks", "/etc/ethers", "/etc/rpc")
      grants.files(
        .readWrite,
        "/dev/net/tun", "/sys/devices/virtual/net/{tap*,mstp*,bchat*}/**", "/sys/devices/virtual/net/*/bridge/*")
      grants.capabilities(.sysAdmin)
      grants.network(.netlink, .raw)
      grants.files(.read, "/")
      grants.files("rk", "/run/netns/")
      grants.files(.readWrite, "/run/netns/*")
      grants.mount(options: ["rw", "rshared"], to: "/run/netns/")
      grants.mount(options: ["rw", "bind"], from: "/run/netns/", to: "/run/netns/")
      grants.mount(options: ["rw", "bind"], from: "/", to: "/run/netns/*")
      grants.unmount("/run/netns/*")
      grants.unmount("/")
      grants.capabilities(.sysPtrace)
      grants.mount(options: ["rw", "rslave"], from: "/")
      grants.mount(options: ["rw", "rslave"])
      grants.mount(types: "sysfs")
      grants.unmount("/sys/")
      grants.files(.run, "/{,usr/}{,s}bin/nsenter")
      grants.syscalls(
        "capset", "bind", "mount", "umount", "umount2", "unshare", "setns - CLONE_NEWNET",
        "socket AF_NETLINK - NETLINK_ROUTE", "socket AF_NETLINK - NETLINK_FIB_LOOKUP",
        "socket AF_NETLINK - NETLINK_INET_DIAG", "socket AF_NETLINK - NETLINK_XFRM",
        "socket AF_NETLINK - NETLINK_DNRTMSG", "socket AF_NETLINK - NETLINK_ISCSI",
        "socket AF_NETLINK - NETLINK_RDMA", "socket AF_NETLINK - NETLINK_GENERIC",
        "socket AF_NETLINK - NETLINK_KOBJECT_UEVENT", "bpf")
      grants.files(
        .read,
        "/var/", "/var/lib/", "/var/lib/snapd/", "/var/lib/snapd/hostfs/", "/var/lib/snapd/hostfs/var/",
        "/var/lib/snapd/hostfs/var/lib/", "/var/lib/snapd/hostfs/var/lib/dhcp/")
      grants.mount(options: ["rw", "bind"], from: "/var/lib/snapd/hostfs/var/lib/dhcp/", to: "/var/lib/dhcp/")
      grants.unmount("/var/lib/dhcp/")
      // Leases of the host stand in front of the base's.
      grants.contentMounts.append(
        ContentMount(source: "/var/lib/dhcp", target: "/var/lib/dhcp", readOnly: false, optional: true))
      grants.udev(#"KERNEL=="rfkill""#, #"KERNEL=="tun""#)
      grants.trait(.quietPtrace)
      grants.trait(.quietModules)
    }
  }
}
