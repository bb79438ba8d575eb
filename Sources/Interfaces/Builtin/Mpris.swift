internal import Permissions

extension Interface {
  /// MPRIS player name.
  static let mpris = Interface(
    "mpris", "MPRIS player name",
    slotRules: SideRules(
      allowInstallation: .when(Constraints(slotSnapTypes: [.app])),
      denyConnection: .when(Constraints(slotAttributes: .map(["name": .matches(".+")]))), denyAutoConnection: .always)
  )
  .with {
    $0.connectedPlug = { grants, connection in
      grants.dbus(
        .session, [.send], path: "/org/freedesktop/DBus", interface: "org.freedesktop.DBus.Introspectable",
        peerName: "org.freedesktop.DBus")
      grants.dbus(.session, [.send], path: "/{,org,org/mpris,org/mpris/MediaPlayer2}", peer: connection.slot.peer)
      grants.dbus(
        .session, [.send], path: "/", interface: "org.freedesktop.DBus", member: "ListNames",
        peerName: "org.freedesktop.DBus")
      grants.dbus(.session, [.send], path: "/org/mpris/MediaPlayer2", peer: connection.slot.peer)
      grants.dbus(
        .session, [.receive], path: "/org/mpris/MediaPlayer2", interface: "org.freedesktop.DBus.Properties",
        member: "PropertiesChanged", peer: connection.slot.peer)
    }
    $0.slot = { grants, _ in
      grants.ownName(.session, "org.mpris.MediaPlayer2.TODO-MPRIS_NAME{,.*}")
      grants.dbus(
        .system, [.send], path: "/org/freedesktop/DBus", interface: "org.freedesktop.DBus",
        member: "{Request,Release}Name", peerName: "org.freedesktop.DBus")
      grants.dbus(
        .system, [.send], path: "/org/freedesktop/DBus", interface: "org.freedesktop.DBus",
        member: "GetConnectionUnix{ProcessID,User}", peerName: "org.freedesktop.DBus")
      grants.dbus(
        .session, [.send], path: "/org/mpris/MediaPlayer2", interface: "org.freedesktop.DBus.Properties",
        member: "{GetAll,PropertiesChanged}", peerName: "org.freedesktop.DBus")
      grants.dbus(
        .session, [.send], path: "/org/mpris/MediaPlayer2", interface: "org.mpris.MediaPlayer2{,.Player}",
        peerName: "org.freedesktop.DBus")
      grants.dbus(.session, [.receive], path: "/org/mpris/MediaPlayer2")
    }
    $0.connectedSlot = { grants, connection in
      grants.dbus(
        .session, [.receive], path: "/org/mpris/MediaPlayer2", interface: "org.freedesktop.DBus.Properties",
        peer: connection.plug.peer)
      grants.dbus(
        .session, [.receive], interface: "org.freedesktop.DBus.Introspectable", peer: connection.plug.peer)
      grants.dbus(
        .session, [.receive], path: "/org/mpris/MediaPlayer2", interface: "org.mpris.MediaPlayer2{,.*}",
        peer: connection.plug.peer)
      grants.dbus(
        .session, [.send], path: "/org/mpris/MediaPlayer2", interface: "org.freedesktop.DBus.Properties",
        member: "PropertiesChanged", peer: connection.plug.peer)
      grants.dbus(.session, [.receive], path: "/org/mpris/MediaPlayer2", peer: connection.plug.peer)
    }
  }
}
