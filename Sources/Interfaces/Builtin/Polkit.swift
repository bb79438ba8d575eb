internal import Permissions

extension Interface {
  /// Install polkit actions/rules, query polkitd. Attributes: `action-prefix`, `install-rules`.
  static let polkit = Interface(
    "polkit", "install polkit actions/rules, query polkitd", implicitSlot: .onClassic,
    plugRules: .superPrivilegedPlug, slotRules: .manualSystemSlot
  )
  .with {
    $0.connectedPlug = { grants, connection in
      grants.dbus(
        .system, [.send], path: "/org/freedesktop/PolicyKit1/Authority",
        interface: "org.freedesktop.PolicyKit1.Authority", member: "{,Cancel}CheckAuthorization",
        peer: connection.slot.peer)
      grants.dbus(
        .system, [.send], path: "/org/freedesktop/PolicyKit1/Authority",
        interface: "org.freedesktop.PolicyKit1.Authority", member: "RegisterAuthenticationAgentWithOptions",
        peer: connection.slot.peer)
      grants.dbus(
        .system, [.send], path: "/org/freedesktop/PolicyKit1/Authority",
        interface: "org.freedesktop.DBus.Properties", peer: connection.slot.peer)
      grants.dbus(
        .system, [.send], path: "/org/freedesktop/PolicyKit1/Authority",
        interface: "org.freedesktop.DBus.Introspectable", member: "Introspect", peer: connection.slot.peer)
    }
  }
}
