internal import Permissions

extension Interface {
  /// Lets a snap use settings of old GNOME apps.
  static let gconf = Interface(
    "gconf", "allows a snap to use settings of old GNOME apps", implicitSlot: .onClassic, slotRules: .manualSystemSlot
  )
  .with {
    $0.connectedPlug = { grants, connection in
      grants.dbus(
        .session, [.send], path: "/org/gnome/GConf/Server", member: "Get{,Default}Database",
        peerName: "org.gnome.GConf", peer: connection.slot.peer)
      grants.dbus(.session, [.receive], path: "/org/gnome/GConf/{Client,Server}", peer: connection.slot.peer)
      grants.dbus(
        .session, [.send], path: "/org/gnome/GConf/Database/*", interface: "org.gnome.GConf.Database",
        peer: connection.slot.peer)
    }
  }
}
