internal import Permissions

extension Interface {
  /// The service PackageKit, which becomes root's hands.
  static let packagekitControl = Interface(
    "packagekit-control", "allows installing packages of the distribution", implicitSlot: .onClassic,
    plugRules: .superPrivilegedPlug,
    slotRules: .manualSystemSlot
  )
  .with {
    $0.connectedPlug = { grants, connection in
      grants.dbus(
        .system, [.receive, .send], path: "/org/freedesktop/PackageKit", interface: "org.freedesktop.PackageKit",
        peer: connection.slot.peer)
      grants.dbus(
        .system, [.receive, .send], path: "/org/freedesktop/PackageKit",
        interface: "org.freedesktop.PackageKit.Offline", peer: connection.slot.peer)
      grants.dbus(
        .system, [.send], path: "/org/freedesktop/PackageKit", interface: "org.freedesktop.DBus.Properties",
        member: "Get{,All}", peer: connection.slot.peer)
      grants.dbus(
        .system, [.receive], path: "/org/freedesktop/PackageKit", interface: "org.freedesktop.DBus.Properties",
        member: "PropertiesChanged", peer: connection.slot.peer)
      grants.dbus(
        .system, [.send], path: "/org/freedesktop/PackageKit", interface: "org.freedesktop.DBus.Introspectable",
        member: "Introspect", peer: connection.slot.peer)
      grants.dbus(
        .system, [.receive, .send],
        path: "/[0-9]*_[0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f]",
        interface: "org.freedesktop.PackageKit.Transaction", peer: connection.slot.peer)
      grants.dbus(
        .system, [.send], path: "/[0-9]*_[0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f]",
        interface: "org.freedesktop.DBus.Properties", member: "Get{,All}", peer: connection.slot.peer)
      grants.dbus(
        .system, [.receive], path: "/[0-9]*_[0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f]",
        interface: "org.freedesktop.DBus.Properties", member: "PropertiesChanged", peer: connection.slot.peer)
      grants.dbus(
        .system, [.send], path: "/[0-9]*_[0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f]",
        interface: "org.freedesktop.DBus.Introspectable", member: "Introspect", peer: connection.slot.peer)
    }
  }
}
