internal import Permissions

extension Interface {
  /// Shared memory and pipes of a JACK 1 server.
  static let jack1 = Interface(
    "jack1", "allows sound with a JACK 1 server of the user", implicitSlot: .onClassic, slotRules: .manualSystemSlot
  )
  .with {
    $0.connectedPlug = { grants, _ in
      grants.files(.readWrite, owner: true, "/dev/shm/jack-[0-9]*/*/*")
    }
  }
}
