internal import Permissions

extension Interface {
  /// Sessions and seats of logind, with changes.
  static let loginSessionControl = Interface(
    "login-session-control", "allows controlling login sessions and seats", implicitSlot: .always,
    slotRules: .manualSystemSlot
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
