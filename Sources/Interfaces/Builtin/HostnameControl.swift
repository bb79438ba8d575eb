internal import Permissions

extension Interface {
  /// Lets a snap set the name of the machine.
  static let hostnameControl = Interface(
    "hostname-control", "allows a snap to set the name of the machine", implicitSlot: .always,
    slotRules: .manualSystemSlot
  )
  .with {
    $0.connectedPlug = { grants, connection in
      grants.files("w", "/etc/hostname", "/etc/writable/hostname")
      grants.files(.run, "/{,usr/}{,s}bin/hostnamectl")
      grants.dbus(
        .system, [.send], path: "/org/freedesktop/hostname1", interface: "org.freedesktop.hostname1",
        member: "Set{,Pretty,Static}Hostname", peer: connection.slot.peer)
      grants.dbus(
        .system, [.send], path: "/org/freedesktop/hostname1", interface: "org.freedesktop.DBus.Properties",
        member: "Get{,All}", peer: connection.slot.peer)
      grants.dbus(
        .system, [.send], path: "/org/freedesktop/hostname1", interface: "org.freedesktop.DBus.Introspectable",
        member: "Introspect", peer: connection.slot.peer)
      grants.dbus(
        .system, [.send], path: "/org/freedesktop/systemd1", interface: "org.freedesktop.DBus.Properties",
        member: "Get{,All}", peer: connection.slot.peer)
      grants.dbus(
        .system, [.receive], path: "/org/freedesktop/hostname1", interface: "org.freedesktop.DBus.Properties",
        member: "PropertiesChanged", peer: connection.slot.peer)
      grants.unix([.bind], type: .stream, address: "@*/bus/hostnamectl/system")
      grants.capabilities(.sysAdmin)
      grants.syscalls("sethostname", "bind")
    }
  }
}
