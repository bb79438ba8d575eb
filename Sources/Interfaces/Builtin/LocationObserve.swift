internal import Permissions

extension Interface {
  /// The location service: a snap has it, plugs ask it where they are.
  static let locationObserve = Interface(
    "location-observe", "allows reading the current location",
    slotRules: SideRules(
      allowInstallation: .when(Constraints(slotSnapTypes: [.app])), denyConnection: .always, denyAutoConnection: .always
    )
  )
  .with {
    $0.connectedPlug = { grants, connection in
      grants.talksToSystemBusService("com.ubuntu.location.Service")
      grants.dbus(
        .system, [.send], path: "/com/ubuntu/location/Service", interface: "org.freedesktop.DBus.Properties",
        member: "Get", peer: connection.slot.peer)
      grants.dbus(
        .system, [.send], path: "/com/ubuntu/location/Service", interface: "com.ubuntu.location.Service",
        member: "CreateSessionForCriteria", peer: connection.slot.peer)
      grants.dbus(
        .system, [.send], path: "/sessions/*", interface: "com.ubuntu.location.Service.Session",
        member: "{Start,Stop}PositionUpdates", peer: connection.slot.peer)
      grants.dbus(
        .system, [.send], path: "/sessions/*", interface: "com.ubuntu.location.Service.Session",
        member: "{Start,Stop}HeadingUpdates", peer: connection.slot.peer)
      grants.dbus(
        .system, [.send], path: "/sessions/*", interface: "com.ubuntu.location.Service.Session",
        member: "{Start,Stop}VelocityUpdates", peer: connection.slot.peer)
      grants.dbus(
        .system, [.send], path: "/com/ubuntu/location/Service/sessions/*",
        interface: "com.ubuntu.location.Service.Session", member: "{Start,Stop}PositionUpdates",
        peer: connection.slot.peer)
      grants.dbus(
        .system, [.send], path: "/com/ubuntu/location/Service/sessions/*",
        interface: "com.ubuntu.location.Service.Session", member: "{Start,Stop}HeadingUpdates",
        peer: connection.slot.peer)
      grants.dbus(
        .system, [.send], path: "/com/ubuntu/location/Service/sessions/*",
        interface: "com.ubuntu.location.Service.Session", member: "{Start,Stop}VelocityUpdates",
        peer: connection.slot.peer)
      grants.dbus(
        .system, [.receive], path: "/sessions/*", interface: "com.ubuntu.location.Service.Session",
        member: "Update{Position,Heading,Velocity}", peer: connection.slot.peer)
      grants.dbus(
        .system, [.receive], path: "/com/ubuntu/location/Service/sessions/*",
        interface: "com.ubuntu.location.Service.Session", member: "Update{Position,Heading,Velocity}",
        peer: connection.slot.peer)
      grants.dbus(
        .system, [.receive], path: "/com/ubuntu/location/Service", interface: "org.freedesktop.DBus.Properties",
        member: "PropertiesChanged", peer: connection.slot.peer)
      grants.dbus(
        .system, [.receive], path: "/", interface: "org.freedesktop.DBus.ObjectManager", peer: connection.slot.peer)
      grants.dbus(
        .system, [.send], path: "/com/ubuntu/location/Service", interface: "org.freedesktop.DBus.Introspectable",
        member: "Introspect", peer: connection.slot.peer)
    }
    $0.slot = { grants, _ in
      grants.systemBusService(
        "com.ubuntu.location.Service", "com.ubuntu.location.Service.Session", callers: .everyone)
      grants.dbus(
        .system, [.send], path: "/org/freedesktop/DBus", interface: "org.freedesktop.DBus",
        member: "{Request,Release}Name", peerName: "org.freedesktop.DBus")
      grants.dbus(
        .system, [.send], path: "/org/freedesktop/DBus", interface: "org.freedesktop.DBus",
        member: "GetConnectionUnix{ProcessID,User}")
      grants.ownName(.system, "com.ubuntu.location.Service")
      grants.dbus(.system, [.receive, .send], path: "/com/ubuntu/location/Service{,/**}")
    }
    $0.connectedSlot = { grants, connection in
      grants.ownName(.system, "com.ubuntu.location.Service.Session")
      grants.dbus(
        .system, [.receive], path: "/com/ubuntu/location/Service", interface: "com.ubuntu.location.Service",
        member: "CreateSessionForCriteria", peer: connection.plug.peer)
      grants.dbus(
        .system, [.receive], path: "/com/ubuntu/location/Service", interface: "org.freedesktop.DBus.Properties",
        member: "Get", peer: connection.plug.peer)
      grants.dbus(
        .system, [.receive], path: "/sessions/*", interface: "com.ubuntu.location.Service.Session",
        member: "{Start,Stop}PositionUpdates", peer: connection.plug.peer)
      grants.dbus(
        .system, [.receive], path: "/sessions/*", interface: "com.ubuntu.location.Service.Session",
        member: "{Start,Stop}HeadingUpdates", peer: connection.plug.peer)
      grants.dbus(
        .system, [.receive], path: "/sessions/*", interface: "com.ubuntu.location.Service.Session",
        member: "{Start,Stop}VelocityUpdates", peer: connection.plug.peer)
      grants.dbus(
        .system, [.send], path: "/sessions/*", interface: "com.ubuntu.location.Service.Session",
        member: "Update{Position,Heading,Velocity}", peer: connection.plug.peer)
      grants.dbus(
        .system, [.send], path: "/com/ubuntu/location/Service", interface: "org.freedesktop.DBus.Properties",
        member: "PropertiesChanged", peer: connection.plug.peer)
    }
  }
}
