internal import Permissions

extension Interface {
  /// Lets a snap run the tests with which hardware is certified.
  static let checkboxSupport = Interface(
    "checkbox-support", "allows a snap to run the tests with which hardware is certified", implicitSlot: .always,
    plugRules: .superPrivilegedPlug, slotRules: .manualSystemSlot
  )
  .with {
    $0.connectedPlug = { grants, connection in
      grants.dbus(
        .system, [.send], path: "/org/freedesktop/systemd1", interface: "org.freedesktop.systemd1.Manager",
        member: "StartTransientUnit", peer: connection.slot.peer)
      grants.dbus(
        .system, [.send], path: "/org/freedesktop/systemd1", interface: "org.freedesktop.systemd1.Manager",
        member: "KillUnit", peer: connection.slot.peer)
      grants.dbus(
        .system, [.receive], path: "/org/freedesktop/systemd1", interface: "org.freedesktop.systemd1.Manager",
        member: "JobRemoved", peer: connection.slot.peer)
      grants.dbus(
        .system, [.receive], path: "/org/freedesktop/systemd1/unit/*_2eservice",
        interface: "org.freedesktop.DBus.Properties", member: "PropertiesChanged", peer: connection.slot.peer)
    }
  }
}
