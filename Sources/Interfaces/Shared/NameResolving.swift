internal import Permissions

extension PermissionSet {
  /// Lets a daemon look up hosts through systemd-resolved, by its file and by the bus.
  mutating func resolvesNames() {
    files(.read, "/run/systemd/resolve/stub-resolv.conf")
    dbus(
      .system, [.send], path: "/org/freedesktop/resolve1", interface: "org.freedesktop.resolve1.Manager",
      member: "Resolve{Address,Hostname,Record,Service}", peerName: "org.freedesktop.resolve1")
  }
}
