internal import Permissions

extension Interface {
  /// Portal PermissionStore.
  static let xdgPortalPermissionStore = Interface(
    "xdg-portal-permission-store", "portal PermissionStore", implicitSlot: .always, plugRules: .superPrivilegedPlug,
    slotRules: .manualSystemSlot
  )
  .with {
    $0.connectedPlug = { grants, connection in
      grants.dbus(
        .session, [.receive, .send], path: "/org/freedesktop/impl/portal/PermissionStore",
        interface: "org.freedesktop.impl.portal.PermissionStore", peer: connection.slot.peer)
      grants.dbus(
        .session, [.receive, .send], path: "/org/freedesktop/impl/portal/PermissionStore",
        interface: "org.freedesktop.DBus.Properties", peer: connection.slot.peer)
      grants.dbus(
        .session, [.receive, .send], path: "/org/freedesktop/impl/portal/PermissionStore",
        interface: "org.freedesktop.DBus.Peer", peer: connection.slot.peer)
      grants.dbus(
        .session, [.receive, .send], path: "/org/freedesktop/impl/portal/PermissionStore",
        interface: "org.freedesktop.DBus.Introspectable", peer: connection.slot.peer)
    }
  }
}
