internal import Permissions

extension Interface {
  /// /dev/mei*.
  static let intelMei = Interface(
    "intel-mei", "/dev/mei*", implicitSlot: .always, slotRules: .manualSystemSlot
  )
  .with {
    $0.connectedPlug = { grants, _ in
      grants.files(.readWrite, "/dev/mei[0-9]*")
      grants.udev(#"SUBSYSTEM=="mei""#, "intel-mei")
    }
  }
}
