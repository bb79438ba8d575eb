internal import Permissions

extension Interface {
  /// The service `core.ubuntu.media.Service` of the session, and its clients.
  static let mediaHub = Interface(
    "media-hub", "allows operating as the service that plays media, or using it",
    slotRules: SideRules(
      allowInstallation: .when(Constraints(slotSnapTypes: [.app, .core])),
      denyConnection: .when(Constraints(onClassic: .no)))
  )
  .with {
    $0.connectedPlug = { grants, connection in
      grants.dbus(
        .session, [.receive, .send], path: "/core/ubuntu/media/Service{,/**}",
        interface: "org.freedesktop.DBus.Properties", peer: connection.slot.peer)
      grants.dbus(
        .session, [.send], path: "/core/ubuntu/media/Service", interface: "org.freedesktop.DBus.Introspectable",
        member: "Introspect", peer: connection.slot.peer)
      grants.dbus(
        .session, [.send], path: "/core/ubuntu/media/Service", interface: "core.ubuntu.media.Service{,.*}",
        peer: connection.slot.peer)
    }
    $0.slot = { grants, _ in
      grants.dbus(
        .session, [.send], path: "/org/freedesktop/DBus", interface: "org.freedesktop.DBus",
        member: "{Request,Release}Name", peerName: "org.freedesktop.DBus")
      grants.dbus(
        .session, [.send], path: "/org/freedesktop/DBus", interface: "org.freedesktop.DBus",
        member: "GetConnectionAppArmorSecurityContext", peerName: "org.freedesktop.DBus")
      grants.ownName(.session, "core.ubuntu.media.Service")
      grants.dbus(.session, [.receive, .send], path: "/com/ubuntu/media/Service{,/**}")
      grants.dbus(.session, [.receive], interface: "org.freedesktop.DBus.Introspectable")
      grants.dbus(.session, [.receive, .send], path: "/core/ubuntu/media/Service{,/**}")
      grants.dbus(
        .session, [.receive, .send], path: "/core/ubuntu/media/Service/sessions/**",
        interface: "org.mpris.MediaPlayer2{,.Player,.TrackList}")
      grants.dbus(
        .session, [.send], path: "/core/ubuntu/media/Service/sessions/**",
        interface: "org.freedesktop.DBus.Properties")
      grants.syscalls("bind")
    }
    $0.connectedSlot = { grants, connection in
      grants.dbus(
        .session, [.receive, .send], path: "/core/ubuntu/media/Service{,/**}",
        interface: "org.freedesktop.DBus.Properties", peer: connection.plug.peer)
      grants.dbus(
        .session, [.receive], path: "/core/ubuntu/media/Service", interface: "org.freedesktop.DBus.Introspectable",
        member: "Introspect", peer: connection.plug.peer)
      grants.dbus(
        .session, [.receive], path: "/core/ubuntu/media/Service", interface: "core.ubuntu.media.Service{,.*}",
        peer: connection.plug.peer)
    }
  }
}
