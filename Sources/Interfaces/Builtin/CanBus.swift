internal import Permissions

extension Interface {
  /// Lets a snap send and receive on CAN buses.
  static let canBus = Interface(
    "can-bus", "allows a snap to send and receive on CAN buses", implicitSlot: .always, slotRules: .manualSystemSlot
  )
  .with {
    $0.connectedPlug = { grants, _ in
      grants.network(.can)
      grants.syscalls("bind")
    }
  }
}
