internal import Permissions

extension Interface {
  /// Sessions of logind, and the records of logins.
  static let loginSessionObserve = Interface(
    "login-session-observe", "allows reading who is and was logged in", implicitSlot: .always,
    slotRules: .manualSystemSlot
  )
  .with {
    $0.connectedPlug = { grants, connection in
      grants.files(.run, "@{SNAP_COREUTIL_DIRS}who")
      grants.files("rk", "/var/log/wtmp", "/{,var/}run/utmp")
      grants.files(.run, "/{,usr/}bin/lastlog")
      grants.files("rk", "/var/log/lastlog")
      grants.files(.run, "/{,usr/}bin/faillog")
      grants.files("rk", "/var/log/faillog")
      grants.files(.read, "/run/systemd/sessions/")
      grants.files("rk", "/run/systemd/sessions/*[0-9]")
      grants.files(.run, "/{,usr/}bin/loginctl")
      grants.dbus(
        .system, [.send], path: "/org/freedesktop/login1{,/seat/*,/session/*,/user/*}", peer: connection.slot.peer)
      grants.dbus(
        .system, [.receive], path: "/org/freedesktop/login1", interface: "org.freedesktop.DBus.Properties",
        member: "PropertiesChanged", peer: connection.slot.peer)
      grants.dbus(
        .system, [.receive], path: "/org/freedesktop/login1", interface: "org.freedesktop.login1.Manager",
        member: "{Session,User,Seat}", peer: connection.slot.peer)
      grants.dbus(
        .system, [.receive], path: "/org/freedesktop/login1", interface: "org.freedesktop.login1.Manager",
        member: "PrepareFor{Shutdown,Sleep}", peer: connection.slot.peer)
      grants.dbus(
        .system, [.send], path: "/org/freedesktop/login1", interface: "org.freedesktop.login1.Manager",
        member: "List{Seats,Sessions,Users}", peer: connection.slot.peer)
      grants.dbus(
        .system, [.send], path: "/org/freedesktop/login1", interface: "org.freedesktop.login1.Manager",
        member: "Get{Seat,Session,User}", peer: connection.slot.peer)
    }
  }
}
