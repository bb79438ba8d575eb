internal import Permissions

extension PermissionSet {
  /// Lets a program set what the kernel does with the network (`Documentation/admin-guide/sysctl/net.rst`).
  mutating func kernelNetworkSettings() {
    files(
      .read,
      "/proc/@{pid}/net/", "/proc/@{pid}/net/**", "/proc/sys/", "/proc/sys/net/", "/proc/sys/net/core/")
    files(.readWrite, "/proc/sys/net/core/**")
    files(.read, "/proc/sys/net/ipv{4,6}/")
    files(.readWrite, "/proc/sys/net/ipv{4,6}/**")
    files(.read, "/proc/sys/net/netfilter/")
    files(.readWrite, "/proc/sys/net/netfilter/**", "/proc/sys/net/nf_conntrack_max")
  }

  /// Lets a program look up hosts through systemd-resolved.
  mutating func asksResolver(_ resolver: PeerLabel) {
    dbus(
      .system, path: "/org/freedesktop/resolve1", interface: "org.freedesktop.resolve1.Manager",
      member: "Resolve{Address,Hostname,Record,Service}", peerName: "org.freedesktop.resolve1", peer: resolver)
  }
}
