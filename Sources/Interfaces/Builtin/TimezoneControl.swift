internal import Permissions

extension Interface {
  /// The time zone, and `timedate1`.
  static let timezoneControl = Interface(
    "timezone-control", "allows setting the time zone", implicitSlot: .always, slotRules: .manualSystemSlot
  )
  .with {
    $0.connectedPlug = { grants, connection in
      grants.files(.read, "/usr/share/zoneinfo/", "/usr/share/zoneinfo/**")
      grants.files(
        .readWrite,
        "/etc/{,writable/}timezone", "/etc/{,writable/}localtime", "/etc/{,writable/}localtime.tmp")
      grants.dbus(
        .system, [.send], path: "/org/freedesktop/timedate1", interface: "org.freedesktop.DBus.Introspectable",
        member: "Introspect", peer: connection.slot.peer)
      grants.dbus(
        .system, [.send], path: "/org/freedesktop/timedate1", interface: "org.freedesktop.timedate1",
        member: "SetTimezone", peer: connection.slot.peer)
      grants.dbus(
        .system, [.send], path: "/org/freedesktop/timedate1", interface: "org.freedesktop.timedate1",
        member: "ListTimezones", peer: connection.slot.peer)
      grants.readsProperties(.system, "/org/freedesktop/timedate1", of: connection.slot.peer)
      grants.files(.run, "/usr/bin/timedatectl{,.real}")
      grants.unix([.bind], type: .stream, address: "@*/bus/timedatectl*/system")
      grants.denyFiles(.read, "/proc/1/environ")
      grants.syscalls("bind")
    }
  }
}
