internal import Permissions

extension Interface {
  /// UI introspection for testing.
  static let autopilotIntrospection = Interface(
    "autopilot-introspection", "UI introspection for testing", implicitSlot: .always, slotRules: .manualSystemSlot
  )
  .with {
    $0.connectedPlug = { grants, connection in
      grants.dbus(
        .session, [.receive], path: "/com/canonical/Autopilot/**", interface: "org.freedesktop.DBus.Introspectable",
        member: "Introspect", peer: connection.slot.peer)
      grants.dbus(
        .session, [.receive], path: "/com/canonical/Autopilot/Introspection",
        interface: "com.canonical.Autopilot.Introspection", member: "GetVersion", peer: connection.slot.peer)
      grants.dbus(
        .session, [.receive], path: "/com/canonical/Autopilot/Introspection",
        interface: "com.canonical.Autopilot.Introspection", member: "GetState", peer: connection.slot.peer)
      grants.syscalls("recvmsg", "sendmsg", "sendto")
    }
  }
}
