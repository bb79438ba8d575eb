internal import Permissions

extension Interface {
  /// The session's service for thumbnails, and its clients.
  static let thumbnailerService = Interface(
    "thumbnailer-service", "allows operating as the service of thumbnails, or using it",
    slotRules: .providedSlot
  )
  .with {
    $0.connectedPlug = { grants, connection in
      grants.dbus(
        .session, [.receive, .send], path: "/com/canonical/Thumbnailer", interface: "com.canonical.Thumbnailer",
        peer: connection.slot.peer)
      grants.dbus(
        .session, [.send], path: "/com/canonical/Thumbnailer", interface: "org.freedesktop.DBus.Introspectable",
        member: "Introspect", peer: connection.slot.peer)
    }
    $0.slot = { grants, _ in
      grants.labelledSessionService()
      grants.ownName(.session, "com.canonical.Thumbnailer")
    }
    $0.connectedSlot = { grants, connection in
      grants.files(.read, "@{INSTALL_DIR}/\(connection.plug.snapNameText)/**")
      grants.files(.read, owner: true, "$HOME/snap/\(connection.plug.snapNameText)/**")
      grants.files(.read, "/var/snap/\(connection.plug.snapNameText)/**")
      grants.dbus(
        .session, [.receive, .send], path: "/com/canonical/Thumbnailer", interface: "com.canonical.Thumbnailer",
        peer: connection.plug.peer)
    }
  }
}
