internal import Permissions

extension Interface {
  /// The desktop's service for Ubuntu Pro.
  static let ubuntuProControl = Interface(
    "ubuntu-pro-control", "allows controlling Ubuntu Pro", implicitSlot: .onClassic, plugRules: .superPrivilegedPlug,
    slotRules: .manualSystemSlot
  )
  .with {
    $0.connectedPlug = { grants, connection in
      grants.files(.read, "/etc/ubuntu-advantage/uaclient.conf")
      grants.dbus(
        .system, [.send], path: "/", interface: "org.freedesktop.DBus.ObjectManager", member: "GetManagedObjects",
        peerName: "com.canonical.UbuntuAdvantage", peer: connection.slot.peer)
      grants.dbus(
        .system, [.receive], path: "/", interface: "org.freedesktop.DBus.ObjectManager",
        member: "Interfaces{Added,Removed}", peer: connection.slot.peer)
      grants.dbus(
        .system, [.send], path: "/com/canonical/UbuntuAdvantage/Manager",
        interface: "com.canonical.UbuntuAdvantage.Manager", member: "{Attach,Detach}", peer: connection.slot.peer)
      grants.dbus(
        .system, [.send], path: "/com/canonical/UbuntuAdvantage/Manager",
        interface: "org.freedesktop.DBus.Properties", member: "Get{,All}", peer: connection.slot.peer)
      grants.dbus(
        .system, [.receive], path: "/com/canonical/UbuntuAdvantage/Manager",
        interface: "org.freedesktop.DBus.Properties", member: "PropertiesChanged", peer: connection.slot.peer)
      grants.dbus(
        .system, [.send], path: "/com/canonical/UbuntuAdvantage/Services/*",
        interface: "com.canonical.UbuntuAdvantage.Service", member: "{Enable,Disable}", peer: connection.slot.peer)
      grants.dbus(
        .system, [.send], path: "/com/canonical/UbuntuAdvantage/Services/*",
        interface: "org.freedesktop.DBus.Properties", member: "Get{,All}", peer: connection.slot.peer)
      grants.dbus(
        .system, [.receive], path: "/com/canonical/UbuntuAdvantage/Services/*",
        interface: "org.freedesktop.DBus.Properties", member: "PropertiesChanged", peer: connection.slot.peer)
      grants.dbus(
        .system, [.send], path: "/", interface: "org.freedesktop.DBus.Introspectable", member: "Introspect",
        peerName: "com.canonical.UbuntuAdvantage", peer: connection.slot.peer)
      grants.dbus(
        .system, [.send], path: "/com/canonical/UbuntuAdvantage/Manager",
        interface: "org.freedesktop.DBus.Introspectable", member: "Introspect",
        peerName: "com.canonical.UbuntuAdvantage", peer: connection.slot.peer)
      grants.dbus(
        .system, [.send], path: "/com/canonical/UbuntuAdvantage/Services/*",
        interface: "org.freedesktop.DBus.Introspectable", member: "Introspect",
        peerName: "com.canonical.UbuntuAdvantage", peer: connection.slot.peer)
    }
  }
}
