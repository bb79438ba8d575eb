internal import Permissions

extension Interface {
  /// The portal `NetworkMonitor`.
  static let networkStatus = Interface(
    "network-status", "allows asking whether the network is there", implicitSlot: .always, slotRules: .systemSlot
  )
  .with {
    $0.connectedPlug = { grants, connection in
      grants.dbus(
        .session, [.send, .receive], path: "/org/freedesktop/portal/desktop",
        interface: "org.freedesktop.portal.NetworkMonitor", peer: connection.slot.peer)
    }
  }
}
