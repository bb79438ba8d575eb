internal import Permissions

extension Interface {
  /// Logind session/seat setup.
  static let loginSessionControl = Interface(
    "login-session-control", "logind session/seat setup", implicitSlot: .always, slotRules: .manualSystemSlot
  )
  .with {
    $0.connectedPlug = { grants, connection in
      grants.dbus(
        .system, [.send, .receive], path: "/org/freedesktop/login1/{seat,session}/**",
        interface: "org.freedesktop.DBus.Properties", member: "{GetAll,PropertiesChanged,Get}",
        peer: connection.slot.peer)
      grants.dbus(
        .system, [.send, .receive], path: "/org/freedesktop/login1/seat/**",
        interface: "org.freedesktop.login1.Seat", peer: connection.slot.peer)
      grants.dbus(
        .system, [.send, .receive], path: "/org/freedesktop/login1/session/**",
        interface: "org.freedesktop.login1.Session", peer: connection.slot.peer)
      grants.dbus(
        .system, [.send, .receive], path: "/org/freedesktop/login1", interface: "org.freedesktop.login1.Manager",
        member:
          "{ActivateSession,GetSession,GetSeat,KillSession,ListSessions,LockSession,TerminateSession,UnlockSession}",
        peer: connection.slot.peer)
    }
  }
}
