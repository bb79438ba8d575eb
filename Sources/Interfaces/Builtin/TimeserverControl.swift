internal import Permissions

extension Interface {
  /// Time synchronisation, its servers, and `timedate1`.
  static let timeserverControl = Interface(
    "timeserver-control", "allows setting time servers", implicitSlot: .always, slotRules: .manualSystemSlot
  )
  .with {
    $0.connectedPlug = { grants, connection in
      grants.files(.readWrite, "/etc/systemd/timesyncd.conf")
      grants.dbus(
        .system, [.send], path: "/org/freedesktop/timedate1", interface: "org.freedesktop.DBus.Introspectable",
        member: "Introspect", peer: connection.slot.peer)
      grants.dbus(
        .system, [.send], path: "/org/freedesktop/timedate1", interface: "org.freedesktop.timedate1",
        member: "SetNTP", peer: connection.slot.peer)
      grants.readsProperties(.system, "/org/freedesktop/timedate1", of: connection.slot.peer)
      grants.dbus(
        .system, [.send], path: "/org/freedesktop/timesync1", interface: "org.freedesktop.DBus.Properties",
        member: "Get{,All}", peer: connection.slot.peer)
      grants.dbus(
        .system, [.send], path: "/org/freedesktop/network1", interface: "org.freedesktop.network1.Manager",
        member: "SetLinkNTP", peer: connection.slot.peer)
      grants.dbus(
        .system, [.send], path: "/org/freedesktop/network1", interface: "org.freedesktop.network1.Manager",
        member: "RevertLinkNTP", peer: connection.slot.peer)
      grants.dbus(
        .system, [.send], path: "/org/freedesktop/network1", interface: "org.freedesktop.network1.Manager",
        member: "GetLinkByName", peer: connection.slot.peer)
      grants.files(.run, "/usr/bin/timedatectl{,.real}")
      grants.unix([.bind], type: .stream, address: "@*/bus/timedatectl*/system")
      grants.denyFiles(.read, "/proc/1/environ")
      grants.syscalls("bind")
    }
  }
}
