internal import Permissions

extension Interface {
  /// The session's service for cloud storage, and its clients.
  static let storageFrameworkService = Interface(
    "storage-framework-service", "allows operating as the storage framework, or using it",
    slotRules: .providedSlot
  )
  .with {
    $0.connectedPlug = { grants, connection in
      grants.dbus(
        .session, [.receive, .send], path: "/com/canonical/StorageFramework/Registry",
        interface: "com.canonical.StorageFramework.Registry", peer: connection.slot.peer)
      grants.dbus(
        .session, [.receive, .send], path: "/provider/*", interface: "com.canonical.StorageFramework.Provider.*",
        peer: connection.slot.peer)
    }
    $0.slot = { grants, _ in
      grants.labelledSessionService()
      grants.ownName(.session, "com.canonical.StorageFramework.Registry")
      grants.ownName(.session, "com.canonical.StorageFramework.Provider.*")
      grants.syscalls("bind")
    }
    $0.connectedSlot = { grants, connection in
      grants.dbus(
        .session, [.receive, .send], path: "/com/canonical/StorageFramework/Registry",
        interface: "com.canonical.StorageFramework.Registry", peer: connection.plug.peer)
      grants.dbus(
        .session, [.receive, .send], path: "/provider/*", interface: "com.canonical.StorageFramework.Provider.*",
        peer: connection.plug.peer)
    }
  }
}
