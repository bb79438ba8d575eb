internal import Permissions

extension Interface {
  /// The session's service for online accounts, and its clients.
  static let onlineAccountsService = Interface(
    "online-accounts-service", "allows operating as the service of online accounts, or using it",
    slotRules: SideRules(allowInstallation: .when(Constraints(slotSnapTypes: [.app])), denyConnection: .always)
  )
  .with {
    $0.connectedPlug = { grants, connection in
      grants.dbus(
        .session, [.receive, .send], path: "/com/ubuntu/OnlineAccounts{,/**}",
        interface: "com.ubuntu.OnlineAccounts.Manager", peer: connection.slot.peer)
      grants.dbus(
        .session, [.send], path: "/com/ubuntu/OnlineAccounts", interface: "org.freedesktop.DBus.Introspectable",
        member: "Introspect", peer: connection.slot.peer)
    }
    $0.slot = { grants, _ in
      grants.dbus(
        .session, [.send], path: "/org/freedesktop/DBus", interface: "org.freedesktop.DBus",
        member: "{RequestName,ReleaseName,GetConnectionCredentials}")
      grants.ownName(.session, "com.ubuntu.OnlineAccounts.Manager")
      grants.syscalls("accept", "accept4", "bind", "listen")
    }
    $0.connectedSlot = { grants, connection in
      grants.dbus(.session, [.receive, .send], path: "/com/ubuntu/OnlineAccounts{,/**}", peer: connection.plug.peer)
    }
  }
}
