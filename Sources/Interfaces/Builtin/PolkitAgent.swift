internal import Permissions

extension Interface {
  /// An agent that polkit(8) asks to check who the user is.
  static let polkitAgent = Interface(
    "polkit-agent", "allows asking the user for polkit",
    implicitSlot: .init(
      onCore: .when {
        $0.exists("/usr/libexec/polkit-agent-helper-1") || $0.exists("/usr/lib/polkit-1/polkit-agent-helper-1")
      }, onClassic: .no),
    plugRules: .superPrivilegedPlug, slotRules: .manualSystemSlot
  )
  .with {
    $0.connectedPlug = { grants, connection in
      grants.dbus(
        .system, [.receive, .send], path: "/org/freedesktop/PolicyKit1/Authority",
        interface: "org.freedesktop.PolicyKit1.Authority", peer: connection.slot.peer)
      grants.dbus(
        .system, [.send], path: "/org/freedesktop/PolicyKit1/Authority",
        interface: "org.freedesktop.DBus.Properties", peer: connection.slot.peer)
      grants.dbus(
        .system, [.send], path: "/org/freedesktop/PolicyKit1/Authority",
        interface: "org.freedesktop.DBus.Introspectable", member: "Introspect", peer: connection.slot.peer)
      grants.dbus(
        .system, [.receive], interface: "org.freedesktop.PolicyKit1.AuthenticationAgent",
        peer: connection.slot.peer)
      grants.dbus(
        .system, [.send], path: "/org/freedesktop/Accounts", interface: "org.freedesktop.DBus.Introspectable",
        member: "Introspect", peer: connection.slot.peer)
      grants.dbus(
        .system, [.receive, .send], path: "/org/freedesktop/Accounts", interface: "org.freedesktop.Accounts",
        member: "FindUserByName", peer: connection.slot.peer)
      grants.dbus(
        .system, [.receive, .send], path: "/org/freedesktop/Accounts/User[0-9]*",
        interface: "org.freedesktop.DBus.Properties", member: "{Get,GetAll,PropertiesChanged}",
        peer: connection.slot.peer)
      grants.files("rCx", "/usr/lib{exec,/polkit-1}/polkit-agent-helper-1")
      grants.files("mr", "/usr/lib{exec,/polkit-1}/polkit-agent-helper-1")
      grants.files(.read, "/var/lib/extrausers/shadow", "/var/lib/extrausers/gshadow")
      grants.capabilities(.auditWrite, .sysNice)
      grants.signals([.receive], ["term"], peer: .own)
      grants.dbus(
        .system, [.send], path: "/org/freedesktop/PolicyKit1/Authority",
        interface: "org.freedesktop.PolicyKit1.Authority", member: "AuthenticationAgentResponse2",
        peer: connection.slot.peer)
      grants.syscalls("bind", "socket AF_NETLINK - NETLINK_AUDIT")
    }
  }
}
