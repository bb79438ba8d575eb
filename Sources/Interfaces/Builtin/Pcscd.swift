internal import Permissions

extension Interface {
  /// PC/SC daemon socket.
  static let pcscd = Interface(
    "pcscd", "PC/SC daemon socket", implicitSlot: .onClassic, slotRules: .manualSystemSlot
  )
  .with {
    $0.connectedPlug = { grants, _ in
      grants.files(.readWrite, "/{var/,}run/pcscd/pcscd.comm")
      grants.files(.read, "/etc/{opensc/,}opensc.conf")
    }
  }
}
