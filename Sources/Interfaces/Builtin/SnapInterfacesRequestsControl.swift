internal import Permissions

extension Interface {
  /// Prompting API client. Attributes: `handler-service`.
  static let snapInterfacesRequestsControl = Interface(
    "snap-interfaces-requests-control", "prompting API client", implicitSlot: .always,
    plugRules: .superPrivilegedPlug, slotRules: .manualSystemSlot
  )
  .with {
    $0.connectedPlug = { grants, connection in
      grants.dbus(
        .session, [.send], path: "/com/canonical/Shell/PermissionPrompting",
        interface: "{com.canonical.Shell.PermissionPrompting,org.freedesktop.DBus.Properties}",
        peer: connection.slot.peer)
      grants.dbus(
        .session, [.receive], path: "/com/canonical/Shell/PermissionPrompting",
        interface: "com.canonical.Shell.PermissionPrompting", peerName: "unconfined", peer: connection.slot.peer)
      grants.dbus(
        .session, [.receive], path: "/com/canonical/Shell/PermissionPrompting",
        interface: "org.freedesktop.DBus.Properties", member: "PropertiesChanged", peer: connection.slot.peer)
    }
  }
}
