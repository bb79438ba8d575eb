internal import Permissions

extension Interface {
  /// CAN sockets.
  static let canBus = Interface(
    "can-bus", "CAN sockets", implicitSlot: .always, slotRules: .manualSystemSlot
  )
  .with {
    $0.connectedPlug = { grants, _ in
      grants.network(.can)
      grants.syscalls("bind")
    }
  }
}
