internal import Permissions

extension Interface {
  /// Lets a snap configure the firewall.
  static let firewallControl = Interface(
    "firewall-control", "allows a snap to configure the firewall", implicitSlot: .always, slotRules: .manualSystemSlot
  )
  .with {
    $0.connectedPlug = { grants, connection in
      grants.files("rk", "/run/systemd/resolve/stub-resolv.conf")
      grants.asksResolver(connection.slot.peer)
      grants.capabilities(.netAdmin)
      grants.files(
        .run,
        "/{,usr/}{,s}bin/iptables{,-save,-restore}", "/{,usr/}{,s}bin/ip6tables{,-save,-restore}",
        "/{,usr/}{,s}bin/iptables-apply", "/{,usr/}{,s}bin/xtables{,-legacy,-nft}-multi", "/{,usr/}{,s}bin/ping",
        "/{,usr/}{,s}bin/ping6")
      grants.capabilities(.netRaw, .setuid)
      grants.network(.inet, .raw)
      grants.network(.inet6, .raw)
      grants.files(.read, "/proc/sys/kernel/modprobe")
      grants.unix([.bind, .listen], type: .stream, address: "@xtables")
      grants.files("rwk", "/{,var/}run/xtables.lock")
      grants.files(
        .read,
        "/proc/@{pid}/net/", "/proc/@{pid}/net/**", "/etc/iproute2/", "/etc/iproute2/rt_marks",
        "/etc/iproute2/rt_realms", "/etc/iproute2/group")
      grants.files(.run, "/{,usr/}{,s}bin/sysctl")
      grants.files(
        .read,
        "/proc/sys/", "/proc/sys/net/", "/proc/sys/net/core/", "/proc/sys/net/core/**", "/proc/sys/net/ipv{4,6}/",
        "/proc/sys/net/ipv{4,6}/**", "/proc/sys/net/netfilter/", "/proc/sys/net/netfilter/**",
        "/proc/sys/net/nf_conntrack_max", "/sys/module/arp_tables/", "/sys/module/arp_tables/initstate",
        "/sys/module/br_netfilter/", "/sys/module/br_netfilter/initstate", "/sys/module/iptable_filter/",
        "/sys/module/iptable_filter/initstate", "/sys/module/ip6table_filter/",
        "/sys/module/ip6table_filter/initstate", "/sys/module/nf_*/initstate", "/sys/module/nf_*/",
        "/sys/module/nf_*/parameters/{,*}")
      grants.files("w", "/sys/module/nf_conntrack/parameters/hashsize")
      grants.files(
        .readWrite,
        "/proc/sys/net/bridge/bridge-nf-call-arptables", "/proc/sys/net/bridge/bridge-nf-call-iptables",
        "/proc/sys/net/bridge/bridge-nf-call-ip6tables", "/proc/sys/net/bridge/bridge-nf-filter-pppoe-tagged",
        "/proc/sys/net/bridge/bridge-nf-filter-vlan-tagged", "/proc/sys/net/bridge/bridge-nf-pass-vlan-input-dev")
      grants.files(
        "w",
        "/proc/sys/net/ipv4/conf/*/rp_filter", "/proc/sys/net/ipv{4,6}/conf/*/accept_source_route",
        "/proc/sys/net/ipv{4,6}/conf/*/accept_redirects", "/proc/sys/net/ipv4/icmp_echo_ignore_broadcasts",
        "/proc/sys/net/ipv4/icmp_ignore_bogus_error_responses", "/proc/sys/net/ipv4/icmp_echo_ignore_all",
        "/proc/sys/net/ipv4/ip_forward", "/proc/sys/net/ipv4/conf/*/log_martians",
        "/proc/sys/net/ipv4/tcp_syncookies", "/proc/sys/net/ipv6/conf/*/forwarding")
      grants.files(
        .readWrite,
        "/proc/sys/net/netfilter/nf_conntrack_helper", "/proc/sys/net/netfilter/nf_conntrack_max",
        "/proc/sys/net/netfilter/nf_conntrack_tcp_timeout_close_wait",
        "/proc/sys/net/netfilter/nf_conntrack_tcp_timeout_established")
      grants.modules("arp_tables", "br_netfilter", "ip6table_filter", "iptable_filter")
      grants.syscalls(
        "bind", "socket AF_NETLINK - NETLINK_FIREWALL", "socket AF_NETLINK - NETLINK_NFLOG",
        "socket AF_NETLINK - NETLINK_NETFILTER", "socket AF_NETLINK - NETLINK_IP6_FW",
        "socket AF_NETLINK - NETLINK_ROUTE", "capset", "setuid")
    }
  }
}
