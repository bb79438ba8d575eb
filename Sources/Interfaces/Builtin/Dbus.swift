internal import Permissions

extension Interface {
  /// Own/talk to a well-known bus name. Attributes: `bus`, `name`.
  static let dbus = Interface(
    "dbus", "own/talk to a well-known bus name",
    slotRules: SideRules(
      allowInstallation: .when(Constraints(slotSnapTypes: [.app])),
      denyConnection: .when(Constraints(slotAttributes: .map(["name": .matches(".+")]))), denyAutoConnection: .always)
  )
  .with {
    $0.connectedPlug = { grants, connection in
      grants.dbus(
        nil, [.send], interface: "org.freedesktop.DBus.Introspectable", member: "Introspect",
        peer: connection.slot.peer)
      grants.dbus(nil, [.receive, .send], peerName: "TODO-DBUS_NAME", peer: connection.slot.peer)
      grants.dbus(
        nil, [.receive, .send], peerName: "TODO-DBUS_NAME-[1-9]{,[0-9]}{,[0-9]}{,[0-9]}{,[0-9]}{,[0-9]}",
        peer: connection.slot.peer)
      grants.dbus(nil, [.receive, .send], interface: "TODO-DBUS_INTERFACE", peer: connection.slot.peer)
      grants.dbus(nil, [.receive, .send], path: "TODO-DBUS_PATH", peer: connection.slot.peer)
    }
    $0.slot = { grants, _ in
      grants.dbus(
        nil, [.send], path: "/org/freedesktop/DBus", interface: "org.freedesktop.DBus",
        member: "{Request,Release}Name", peerName: "org.freedesktop.DBus")
      grants.dbus(
        nil, [.send], path: "/org/freedesktop/DBus", interface: "org.freedesktop.DBus",
        member: "GetConnectionUnix{ProcessID,User}", peerName: "org.freedesktop.DBus")
      grants.dbus(
        nil, [.send], path: "/org/freedesktop/DBus", interface: "org.freedesktop.DBus",
        member: "GetConnectionCredentials", peerName: "org.freedesktop.DBus")
      grants.ownName(nil, "TODO-DBUS_NAME")
      grants.ownName(
        nil,
        "TODO-DBUS_NAME{_,-}[1-9]{,[0-9_]}{,[0-9_]}{,[0-9_]}{,[0-9_]}{,[0-9_]}{,[0-9_]}{,[0-9_]}{,[0-9_]}{,[0-9]}{,_[1-9]{,[0-9_]}{,[0-9_]}{,[0-9_]}{,[0-9_]}{,[0-9_]}{,[0-9_]}{,[0-9_]}{,[0-9_]}{,[0-9]}}"
      )
      grants.ownName(nil, "TODO-DBUS_NAME.*")
      grants.dbus(nil, [.receive], path: "TODO-DBUS_PATH", peerName: "org.freedesktop.DBus")
      grants.dbus(
        nil, [.send], path: "TODO-DBUS_PATH", interface: "org.freedesktop.DBus.Properties",
        peerName: "org.freedesktop.DBus")
      grants.dbus(
        nil, [.send], interface: "org.freedesktop.DBus.Introspectable", member: "Introspect",
        peerName: "org.freedesktop.DBus")
      grants.dbus(nil, [.receive], interface: "org.freedesktop.DBus.Introspectable", member: "Introspect")
      grants.dbus(nil, [.receive], interface: "TODO-DBUS_INTERFACE")
      grants.dbus(nil, [.receive], path: "TODO-DBUS_PATH")
      grants.syscalls("listen", "accept", "accept4")
    }
    $0.connectedSlot = { grants, connection in
      grants.dbus(
        nil, [.receive], interface: "org.freedesktop.DBus.Introspectable", member: "Introspect",
        peer: connection.plug.peer)
      grants.dbus(nil, [.receive, .send], interface: "TODO-DBUS_INTERFACE", peer: connection.plug.peer)
      grants.dbus(nil, [.receive, .send], path: "TODO-DBUS_PATH", peer: connection.plug.peer)
    }
  }
}
