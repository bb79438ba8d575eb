internal import Permissions

extension Interface {
  /// NetworkStatus portal.
  static let networkStatus = Interface(
    "network-status", "NetworkStatus portal", implicitSlot: .always, slotRules: .systemSlot
  )
  .with {
    $0.connectedPlug = { grants, connection in
      grants.dbus(
        .session, [.send, .receive], path: "/org/freedesktop/portal/desktop",
        interface: "org.freedesktop.portal.NetworkMonitor", peer: connection.slot.peer)
    }
  }
}
