internal import Permissions

extension Interface {
  /// Lets a snap talk to Intel's management engine.
  static let intelMei = Interface(
    "intel-mei", "allows a snap to talk to Intel's management engine", implicitSlot: .always,
    slotRules: .manualSystemSlot
  )
  .with {
    $0.connectedPlug = { grants, _ in
      grants.files(.readWrite, "/dev/mei[0-9]*")
      grants.udev(#"SUBSYSTEM=="mei""#)
    }
  }
}
