internal import Permissions

extension Interface {
  /// Secret services of GNOME and KDE.
  static let passwordManagerService = Interface(
    "password-manager-service", "allows access to the user's stored passwords", implicitSlot: .onClassic,
    slotRules: .manualSystemSlot
  )
  .with {
    $0.connectedPlug = { grants, connection in
      grants.dbus(.session, [.receive, .send], path: "/org/freedesktop/secrets{,/**}", peer: connection.slot.peer)
      grants.dbus(.session, [.receive, .send], path: "/modules/kwalletd{,[56]}", peer: connection.slot.peer)
    }
  }
}
