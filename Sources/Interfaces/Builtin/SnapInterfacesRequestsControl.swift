internal import Permissions
internal import Snap

extension Interface {
  /// A client of the prompting API; `handler-service` names the user service that is started when somebody asks.
  static let snapInterfacesRequestsControl = Interface(
    "snap-interfaces-requests-control", "allows answering requests for permissions in the name of the user",
    implicitSlot: .always,
    plugRules: .superPrivilegedPlug, slotRules: .manualSystemSlot
  )
  .with {
    $0.checkPlug = { plug throws(InterfaceError) in
      guard let value = plug["handler-service"] else { return }
      guard case .string(let name) = value, !name.isEmpty else {
        throw InterfaceError(
          #"snap-interfaces-requests-control "handler-service" attribute must be a string, not \#(value.goText)"#)
      }
    }
    $0.connectedPlug = { grants, connection in
      grants.dbus(
        .session, [.send], path: "/com/canonical/Shell/PermissionPrompting",
        interface: "{com.canonical.Shell.PermissionPrompting,org.freedesktop.DBus.Properties}",
        peer: connection.slot.peer)
      grants.dbus(
        .session, [.receive], path: "/com/canonical/Shell/PermissionPrompting",
        interface: "com.canonical.Shell.PermissionPrompting", peer: connection.slot.peer)
      grants.dbus(
        .session, [.receive], path: "/com/canonical/Shell/PermissionPrompting",
        interface: "org.freedesktop.DBus.Properties", member: "PropertiesChanged", peer: connection.slot.peer)
    }
  }
}
