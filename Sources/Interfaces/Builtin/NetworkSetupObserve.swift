internal import Permissions

extension Interface {
  /// Files of netplan and networkd, without changes.
  static let networkSetupObserve = Interface(
    "network-setup-observe", "allows reading the network's configuration", implicitSlot: .always,
    slotRules: .manualSystemSlot
  )
  .with {
    $0.connectedPlug = { grants, connection in
      grants.files(.run, "/usr/sbin/netplan", "/usr/share/netplan/netplan.script")
      grants.files(.read, "/usr/share/netplan/", "/usr/share/netplan/**")
      grants.files(.run, "/usr/lib/python/python*", "/usr/bin/busctl")
      grants.unix([.bind], type: .stream, address: "@[0-9a-fA-F]*/bus/busctl/*")
      grants.files(
        .read,
        "/etc/netplan/{,**}", "/etc/network/{,**}", "/etc/systemd/network/{,**}", "/run/systemd/network/{,**}",
        "/run/NetworkManager/conf.d/{,**}", "/run/udev/rules.d/", "/run/udev/rules.d/[0-9]*-netplan-*")
      grants.dbus(
        .system, [.send], path: "/io/netplan/Netplan", interface: "io.netplan.Netplan", member: "Info",
        peer: connection.slot.peer)
    }
  }
}
