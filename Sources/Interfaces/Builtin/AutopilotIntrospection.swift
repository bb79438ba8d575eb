internal import Permissions

extension Interface {
  /// Lets test programs look into a snap's windows.
  static let autopilotIntrospection = Interface(
    "autopilot-introspection", "allows test programs to look into a snap's windows", implicitSlot: .always,
    slotRules: .manualSystemSlot
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
