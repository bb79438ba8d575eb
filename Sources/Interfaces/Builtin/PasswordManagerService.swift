internal import Permissions

extension Interface {
  /// Secret services D-Bus.
  static let passwordManagerService = Interface(
    "password-manager-service", "secret services D-Bus", implicitSlot: .onClassic, slotRules: .manualSystemSlot
  )
  .with {
    $0.connectedPlug = { grants, connection in
      grants.dbus(.session, [.receive, .send], path: "/org/freedesktop/secrets{,/**}", peer: connection.slot.peer)
      grants.dbus(.session, [.receive, .send], path: "/modules/kwalletd{,[56]}", peer: connection.slot.peer)
    }
  }
}
