internal import Permissions

/// The location service that a snap may be: what its interfaces say alike.
extension PermissionSet {
  /// Follows what the service tells of itself.
  mutating func watchesLocationService(_ service: PeerLabel) {
    talksToSystemBusService("com.ubuntu.location.Service")
    dbus(
      .system, [.receive], path: "/com/ubuntu/location/Service", interface: "org.freedesktop.DBus.Properties",
      member: "PropertiesChanged", peer: service)
    dbus(.system, [.receive], path: "/", interface: "org.freedesktop.DBus.ObjectManager", peer: service)
    dbus(
      .system, [.send], path: "/com/ubuntu/location/Service", interface: "org.freedesktop.DBus.Introspectable",
      member: "Introspect", peer: service)
  }

  /// Is the service.
  mutating func locationService() {
    requestsNames(.system)
    asksForCallers()
    ownName(.system, "com.ubuntu.location.Service")
    dbus(.system, [.receive, .send], path: "/com/ubuntu/location/Service{,/**}")
  }

  /// Tells a client of the service's changes.
  mutating func tellsLocationClient(_ client: PeerLabel) {
    dbus(
      .system, [.send], path: "/com/ubuntu/location/Service", interface: "org.freedesktop.DBus.Properties",
      member: "PropertiesChanged", peer: client)
  }
}
