internal import Permissions

extension Interface {
  /// GNOME Online Accounts D-Bus client.
  static let accountsService = Interface(
    "accounts-service", "GNOME Online Accounts D-Bus client", implicitSlot: .onClassic, slotRules: .manualSystemSlot
  )
  .with {
    $0.connectedPlug = { grants, connection in
      grants.dbus(
        .session, [.receive, .send], path: "/org/gnome/OnlineAccounts",
        interface: "org.freedesktop.DBus.ObjectManager", peer: connection.slot.peer)
      grants.dbus(
        .session, [.receive, .send], path: "/org/gnome/OnlineAccounts{,/**}",
        interface: "org.freedesktop.DBus.Properties", peer: connection.slot.peer)
      grants.dbus(
        .session, [.receive, .send], path: "/org/gnome/OnlineAccounts{,/**}",
        interface: "org.gnome.OnlineAccounts.*", peer: connection.slot.peer)
      grants.dbus(
        .session, [.send], path: "/org/gnome/OnlineAccounts{,/**}",
        interface: "org.freedesktop.DBus.Introspectable", peer: connection.slot.peer)
    }
  }
}
