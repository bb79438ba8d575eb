internal import Permissions

extension Interface {
  /// The location service: a snap has it, plugs add providers to it.
  static let locationControl = Interface(
    "location-control", "allows operating as a provider of locations",
    slotRules: .providedSlot
  )
  .with {
    $0.connectedPlug = { grants, connection in
      grants.watchesLocationService(connection.slot.peer)
      grants.dbus(
        .system, [.send], path: "/com/ubuntu/location/Service", interface: "com.ubuntu.location.Service",
        member: "AddProvider", peer: connection.slot.peer)
      grants.dbus(.system, [.receive], path: "/providers/{,**}", peer: connection.slot.peer)
      grants.dbus(.system, [.send], path: "/providers/{,**}", peer: connection.slot.peer)
      grants.dbus(
        .system, [.send], path: "/com/ubuntu/location/Service", interface: "org.freedesktop.DBus.Properties",
        member: "{Get,Set}", peer: connection.slot.peer)
    }
    $0.slot = { grants, _ in
      grants.systemBusService("com.ubuntu.location.Service", callers: .everyone)
      grants.locationService()
    }
    $0.connectedSlot = { grants, connection in
      grants.dbus(
        .system, [.receive], path: "/com/ubuntu/location/Service", interface: "com.ubuntu.location.Service",
        member: "AddProvider", peer: connection.plug.peer)
      grants.dbus(.system, [.send], path: "/providers/{,**}", peer: connection.plug.peer)
      grants.dbus(.system, [.receive], path: "/providers/{,**}", peer: connection.plug.peer)
      grants.dbus(
        .system, [.receive], path: "/com/ubuntu/location/Service", interface: "org.freedesktop.DBus.Properties",
        member: "{Get,Set}", peer: connection.plug.peer)
      grants.tellsLocationClient(connection.plug.peer)
    }
  }
}
