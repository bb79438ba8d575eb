internal import Permissions

extension Interface {
  /// Files of netplan and networkd, and netplan's service.
  static let networkSetupControl = Interface(
    "network-setup-control", "allows changing the network's configuration", implicitSlot: .always,
    slotRules: .manualSystemSlot
  )
  .with {
    $0.connectedPlug = { grants, connection in
      grants.files(.run, "/usr/sbin/netplan", "/usr/share/netplan/netplan.script")
      grants.files(.read, "/usr/share/netplan/", "/usr/share/netplan/**")
      grants.files(.run, "/usr/lib/python/python*", "/usr/bin/busctl")
      grants.unix([.bind], type: .stream, address: "@[0-9a-fA-F]*/bus/busctl/*")
      grants.files(.readWrite, "/etc/netplan/{,**}", "/etc/network/{,**}", "/etc/systemd/network/{,**}")
      grants.files(.read, "/run/", "/run/systemd/network/{,**}")
      grants.files("w", "/run/systemd/network/*-netplan-*")
      grants.files(.read, "/run/NetworkManager/conf.d/{,**}")
      grants.files("w", "/run/NetworkManager/conf.d/*netplan*.conf*")
      grants.files(.run, "/usr/libexec/netplan/configure")
      grants.files(.readWrite, "/run/udev/rules.d/", "/run/udev/rules.d/[0-9]*-netplan*")
      grants.dbus(
        .system, [.send], path: "/io/netplan/Netplan", interface: "io.netplan.Netplan",
        member: "{Generate,Apply,Info,Config}", peer: connection.slot.peer)
      grants.dbus(
        .system, [.send], path: "/io/netplan/Netplan/config/*", interface: "io.netplan.Netplan.Config",
        member: "{Get,Set,Try,Cancel,Apply}", peer: connection.slot.peer)
    }
  }
}
