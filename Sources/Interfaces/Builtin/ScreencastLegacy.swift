internal import Permissions

extension Interface {
  /// Screen recording via compositor.
  static let screencastLegacy = Interface(
    "screencast-legacy", "screen recording via compositor", implicitSlot: .onClassic, slotRules: .manualSystemSlot
  )
  .with {
    $0.connectedPlug = { grants, connection in
      grants.dbus(.session, [.send], path: "/org/gnome/Shell/Screen{cast,shot}", peer: connection.slot.peer)
    }
  }
}
