internal import Permissions

extension Interface {
  /// The location service: a snap has it, plugs ask it where they are.
  static let locationObserve = Interface(
    "location-observe", "allows reading the current location",
    slotRules: .providedSlot
  )
  .with {
    $0.connectedPlug = { grants, connection in
      grants.watchesLocationService(connection.slot.peer)
      grants.dbus(
        .system, [.send], path: "/com/ubuntu/location/Service", interface: "org.freedesktop.DBus.Properties",
        member: "Get", peer: connection.slot.peer)
      grants.dbus(
        .system, [.send], path: "/com/ubuntu/location/Service", interface: "com.ubuntu.location.Service",
        member: "CreateSessionForCriteria", peer: connection.slot.peer)
      for sessions in ["/sessions/*", "/com/ubuntu/location/Service/sessions/*"] as [PolicyPattern] {
        for what in ["Position", "Heading", "Velocity"] as [PolicyPattern] {
          grants.dbus(
            .system, [.send], path: sessions, interface: "com.ubuntu.location.Service.Session",
            member: "{Start,Stop}\(what)Updates", peer: connection.slot.peer)
        }
        grants.dbus(
          .system, [.receive], path: sessions, interface: "com.ubuntu.location.Service.Session",
          member: "Update{Position,Heading,Velocity}", peer: connection.slot.peer)
      }
    }
    $0.slot = { grants, _ in
      grants.systemBusService(
        "com.ubuntu.location.Service", "com.ubuntu.location.Service.Session", callers: .everyone)
      grants.locationService()
    }
    $0.connectedSlot = { grants, connection in
      grants.ownName(.system, "com.ubuntu.location.Service.Session")
      grants.dbus(
        .system, [.receive], path: "/com/ubuntu/location/Service", interface: "com.ubuntu.location.Service",
        member: "CreateSessionForCriteria", peer: connection.plug.peer)
      grants.dbus(
        .system, [.receive], path: "/com/ubuntu/location/Service", interface: "org.freedesktop.DBus.Properties",
        member: "Get", peer: connection.plug.peer)
      for what in ["Position", "Heading", "Velocity"] as [PolicyPattern] {
        grants.dbus(
          .system, [.receive], path: "/sessions/*", interface: "com.ubuntu.location.Service.Session",
          member: "{Start,Stop}\(what)Updates", peer: connection.plug.peer)
      }
      grants.dbus(
        .system, [.send], path: "/sessions/*", interface: "com.ubuntu.location.Service.Session",
        member: "Update{Position,Heading,Velocity}", peer: connection.plug.peer)
      grants.tellsLocationClient(connection.plug.peer)
    }
  }
}
