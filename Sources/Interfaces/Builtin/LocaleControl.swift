internal import Permissions

extension Interface {
  /// The service `locale1`, and the file it writes.
  static let localeControl = Interface(
    "locale-control", "allows setting the system's locale",
    implicitSlot: .init(onCore: .when { $0.isCoreDesktop }, onClassic: .yes),
    slotRules: .manualSystemSlot
  )
  .with {
    $0.connectedPlug = { grants, connection in
      grants.dbus(
        .system, [.send], path: "/org/freedesktop/locale1", interface: "org.freedesktop.DBus.Introspectable",
        member: "Introspect", peer: connection.slot.peer)
      grants.dbus(
        .system, [.send], path: "/org/freedesktop/locale1", interface: "org.freedesktop.DBus.Properties",
        member: "Get{,All}", peer: connection.slot.peer)
      grants.dbus(
        .system, [.send], path: "/org/freedesktop/locale1", interface: "org.freedesktop.locale1",
        member: "{SetLocale,SetX11Keyboard,SetVConsoleKeyboard}", peer: connection.slot.peer)
      grants.dbus(
        .system, [.receive], path: "/org/freedesktop/locale1", interface: "org.freedesktop.DBus.Properties",
        member: "PropertiesChanged", peer: connection.slot.peer)
      grants.files(.readWrite, "/etc/default/locale")
    }
  }
}
