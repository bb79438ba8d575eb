internal import Permissions

extension Interface {
  /// Lets a snap use the online accounts that the user has set up on the desktop.
  static let accountsService = Interface(
    "accounts-service", "allows a snap to use the online accounts that the user has set up on the desktop",
    implicitSlot: .onClassic, slotRules: .manualSystemSlot
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
