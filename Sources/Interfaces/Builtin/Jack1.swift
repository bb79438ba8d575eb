internal import Permissions

extension Interface {
  /// JACK1 audio shm.
  static let jack1 = Interface(
    "jack1", "JACK1 audio shm", implicitSlot: .onClassic, slotRules: .manualSystemSlot
  )
  .with {
    $0.connectedPlug = { grants, _ in
      grants.files(.readWrite, owner: true, "/dev/shm/jack-[0-9]*/*/*")
    }
  }
}
