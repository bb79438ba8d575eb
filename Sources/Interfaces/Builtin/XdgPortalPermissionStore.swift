internal import Permissions

extension Interface {
  /// The store of permissions of desktop portals.
  static let xdgPortalPermissionStore = Interface(
    "xdg-portal-permission-store", "allows reading and changing what portals may do", implicitSlot: .always,
    plugRules: .superPrivilegedPlug,
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
